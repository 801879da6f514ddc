// Keeps files in the deployment's store under the names of their contents: a folder (file://) or a bucket (s3://).
import { createHash, createHmac, randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const env = process.env;
const base = (env.PIXELLE_STORE_URL || `file://${process.cwd()}/data/store`).replace(/\/+$/, "");
export const sha256 = (data) => createHash("sha256").update(data).digest("hex");

// An Artifact message. Bytes of at most 256 KiB travel along.
export async function keep(kind, data, mediaType) {
  const sum = sha256(data);
  const name = `${kind}/${sum}`;
  await (base.startsWith("s3://") ? toBucket(name, data, sum) : toFolder(name, data));
  const inline = data.length <= 256 * 1024 ? data : undefined;
  return { uri: `${base}/${name}`, sha256: sum, media_type: mediaType, size_bytes: data.length, inline };
}

async function toFolder(name, data) {
  const path = join(fileURLToPath(base), name);
  await mkdir(join(path, ".."), { recursive: true });
  const aside = `${path}.${randomUUID()}`; // it appears complete or not at all
  await writeFile(aside, data);
  await rename(aside, path);
}

// Signature version 4: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
async function toBucket(name, data, sum) {
  const [bucket, ...prefix] = base.slice("s3://".length).split("/");
  const region = env.PIXELLE_STORE_REGION || "us-east-1";
  const url = new URL(env.PIXELLE_STORE_ENDPOINT || `https://s3.${region}.amazonaws.com`);
  url.pathname = [bucket, ...prefix, name].join("/");
  const now = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${now.slice(0, 8)}/${region}/s3/aws4_request`;
  const headers = { host: url.host, "if-none-match": "*", "x-amz-content-sha256": sum, "x-amz-date": now };
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([key, value]) => `${key}:${value}\n`).join("");
  const request = sha256(["PUT", url.pathname, "", lines, names, sum].join("\n"));
  const sign = (key, text) => createHmac("sha256", key).update(text).digest();
  const secret = scope.split("/").reduce(sign, `AWS4${env.PIXELLE_STORE_SECRET}`);
  const signature = sign(secret, ["AWS4-HMAC-SHA256", now, scope, request].join("\n")).toString("hex");
  const credential = `${env.PIXELLE_STORE_KEY_ID}/${scope}`;
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
  delete headers.host; // fetch sets it
  const answer = await fetch(url, { method: "PUT", headers, body: data });
  if (!answer.ok && answer.status !== 412) throw new Error(`the store answered ${answer.status}`); // 412: it is there already
}
