#!/usr/bin/env bash
# Prints new Secrets for this overlay: bash secrets.sh | kubectl apply -f -   (keep what it prints, or read it back from the cluster)
set -euo pipefail
word() { head -c 24 /dev/urandom | base64 | tr '+/' '-_'; }
password=$(word)
cat <<SECRETS
apiVersion: v1
kind: Secret
metadata: {name: database, namespace: pixelle}
stringData:
  POSTGRES_PASSWORD: "$password"
  PIXELLE_DATABASE_URL: "postgresql://pixelle:$password@postgres/pixelle"
---
apiVersion: v1
kind: Secret
metadata: {name: store-keys, namespace: pixelle}
stringData:
  PIXELLE_STORE_KEY_ID: "$(word)"
  PIXELLE_STORE_SECRET: "$(word)"
---
apiVersion: v1
kind: Secret
metadata: {name: api-keys, namespace: pixelle}
stringData:
  PIXELLE_API_KEYS: "$(word)"
---
apiVersion: v1
kind: Secret
metadata: {name: webhooks, namespace: pixelle}
stringData:
  PIXELLE_WEBHOOK_SECRET: "whsec_$(head -c 32 /dev/urandom | base64)"
SECRETS
