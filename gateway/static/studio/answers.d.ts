/**
 * What the gateway answers, as far as the studio reads it.
 *
 * An interface that has the name of a schema in /openapi.json says of each field what the schema says;
 * tests/unit/gateway/test_studio.py compares them.
 */

export interface VideoGenerateRequest {
  text: string;
  mode: "generate" | "fixed";
  title: string | null;
  n_scenes: number;
  media_workflow: string | null;
  video_fps: number;
  frame_template: string | null;
  template_params: {[name: string]: unknown} | null;
  prompt_prefix: string | null;
  bgm_path: string | null;
  bgm_volume: number;
  split_mode: "paragraph" | "line" | "sentence";
  tts_voice: string | null;
  tts_speed: number;
  verify: boolean;
  language: string | null;
  style: string | null;
  target_seconds: number | null;
  captions: "off" | "line" | "word" | null;
  motion: "none" | "pan" | null;
  transition: "none" | "fade" | null;
  seed: number | null;
  storyboard: StoryboardModel | null;
  assets: (string | AssetModel)[] | null;
  asset_match: "order" | "caption";
  pipeline: "standard" | "asset_based";
}

export interface AssetModel {
  path: string;
  caption: string;
  name: string;
}

export interface SceneModel {
  index: number;
  narration: string;
  image_prompt: string;
  seed: number;
  voice: string;
  asset: number;
}

export interface StoryboardModel {
  title: string;
  language: string;
  scenes: SceneModel[];
  notice: string;
}

export interface Estimate {
  seconds: number;
  cost: number | null;
  currency: string;
  scenes: number;
  video_seconds: number;
  learned: boolean;
}

export interface Planned {
  storyboard: StoryboardModel;
  estimate: Estimate;
}

export interface SceneProgress {
  index: number;
  state: "waiting" | "making" | "clipping" | "done";
  steps: string[];
}

export interface Progress {
  percentage: number;
  message: string;
  stage: "queued" | "storyboard" | "scenes" | "assemble" | "publish" | "done";
  scenes: SceneProgress[];
}

export interface Loudness {
  integrated_lufs: number;
}

export interface Spent {
  engine: string;
  amount: number;
  unit: string;
}

export interface TaskResult {
  video_url: string;
  duration: number;
  file_size: number;
  loudness: Loudness | null;
  warnings: string[];
  credits: string[];
  spent: Spent[];
}

export interface ErrorDetail {
  reason: string;
  scene: number | null;
  retryable: boolean;
}

export interface Task {
  task_id: string;
  status: "pending" | "running" | "completed" | "failed" | "cancelled";
  progress: Progress;
  result: TaskResult | null;
  error: string | null;
  created_at: string;
  request_params: {[name: string]: unknown} & Partial<VideoGenerateRequest>;
  error_detail: ErrorDetail | null;
  eta_seconds: number | null;
  queue_position: number | null;
  storyboard_url: string | null;
  captions_url: {[name: string]: string} | null;
}

export interface TaskEvent {
  sequence: number;
  kind: "queued" | "started" | "resumed" | "stage" | "scene_written" | "storyboard" | "step_started" | "step_progress" | "step_retried" | "step_ended" | "scene" | "completed" | "failed" | "cancelled";
  percentage: number;
  eta_seconds: number | null;
  message: string;
}

export interface TemplateInfo {
  key: string;
  name: string;
  display_name: string;
  width: number;
  height: number;
  orientation: "portrait" | "landscape" | "square";
  media_type: "static" | "image" | "video";
  params: {[name: string]: ParamInfo};
  captions: ("line" | "word")[];
  preview_url: string | null;
}

export interface ParamInfo {
  type: "text" | "number" | "color" | "bool";
  default: string | boolean | number;
  label: string;
}

export interface TemplateList {
  templates: TemplateInfo[];
  default: string;
}

export interface VoiceInfo {
  id: string;
  name: string;
  language: string;
  languages: string[];
  gender: "female" | "male" | "";
  workflow: string;
  cloned: boolean;
  sample_url: string | null;
}

export interface VoiceList {
  voices: VoiceInfo[];
  cloning_workflows: string[];
  consent: string;
}

export interface VoiceMade {
  voice: VoiceInfo;
}

export interface WorkflowInfo {
  key: string;
  display_name: string;
  available: boolean;
  reason: string;
}

export interface WorkflowList {
  workflows: WorkflowInfo[];
}

export interface MusicInfo {
  name: string;
  path: string;
}

export interface MusicList {
  bgm_files: MusicInfo[];
}

export interface Uploaded {
  path: string;
  url: string;
  media_type: string;
}

export interface Accepted {
  task_id: string;
}

export interface Duplicate {
  request: {[name: string]: unknown} & Partial<VideoGenerateRequest>;
}

export interface Understood {
  word_error: number;
  heard: string;
}

/** A scene with what was made for it: what GET /api/tasks/{id}/storyboard says beside its plan. */
export interface MadeScene extends SceneModel {
  audio_url?: string;
  image_url?: string;
  video_url?: string;
  composed_url?: string;
  segment_url?: string;
  duration?: number;
  verification?: Understood;
  attribution?: string;
}

export interface MadeBoard extends StoryboardModel {
  scenes: MadeScene[];
}

/** An event with what its kind carries besides (docs/tasks.md). */
export type Happened =
  | TaskEvent & {kind: "queued" | "started" | "resumed" | "step_started" | "step_progress" | "storyboard" | "completed" | "failed" | "cancelled"}
  | TaskEvent & {kind: "stage"; stage: Progress["stage"]}
  | TaskEvent & {kind: "scene_written"; scene: number; narration: string; image_prompt: string; draft: number}
  | TaskEvent & {kind: "step_ended"; step: string; scene: number | null}
  | TaskEvent & {kind: "step_retried"; scene: number | null; error: string; wait: number}
  | TaskEvent & {kind: "scene"; scene: number; state: SceneProgress["state"]; steps: string[]};

/** RFC 9457, and FastAPI's list of what a body has wrong. */
export interface ProblemBody {
  detail?: string | {loc: (string | number)[]; msg: string}[];
  reason?: string;
}
