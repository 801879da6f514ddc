"""What is made beside videos, and what has been made, where gateways share nothing but Postgres and a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deploy.stage import Stage


def test_what_one_gateway_made_the_other_serves_and_draws(stage: Stage) -> None:
    one, other = stage.clients["gateway-1"], stage.clients["gateway-2"]
    asked = {"prompt": "an open book", "width": 512, "height": 512, "seed": 3}
    picture = one.post("/api/image/generate", json=asked).json()["image_path"]
    shown = other.get(f"/api/files/{picture}", headers={"Range": "bytes=0-1"})
    assert (shown.status_code, shown.content) == (206, b"\xff\xd8")
    page = {"template": "1080x1080/image_default.html", "text": "Ten pages a day.", "image": picture}
    drawn = other.post("/api/frame/render", json=page)
    assert drawn.status_code == 200, drawn.text
    assert one.get(f"/api/files/{drawn.json()['frame_path']}").content.startswith(b"\x89PNG")
    said = one.post("/api/tts/synthesize", json={"text": "Ten pages a day."}).json()["audio_path"]
    assert other.get(f"/api/files/{said}").content.startswith(b"RIFF")


def test_history_is_the_same_at_every_gateway(stage: Stage) -> None:
    ids = [stage.submit("gateway-1"), stage.submit("gateway-2")]
    for task_id in ids:
        assert stage.ended(task_id)["status"] == "completed"
    pages = [
        [
            each["task_id"]
            for each in client.get("/api/history", params={"page_size": 200, "sort": sort}).json()["tasks"]
        ]
        for client in stage.clients.values()
        for sort in ("-created_at", "-title", "-duration", "completed_at")
    ]
    assert all(set(ids) <= set(page) for page in pages)
    assert pages[:4] == pages[4:]
    told = stage.clients["gateway-1"].get("/api/history", params={"page_size": 1, "status": "completed"}).json()
    detail = stage.clients["gateway-2"].get(f"/api/history/{ids[0]}").json()
    assert told["total"] >= 2
    assert told["statistics"]["completed"] == told["total"]
    assert told["statistics"]["total_duration"] > detail["task"]["result"]["duration"] > 0
    assert told["statistics"]["total_size"] > detail["task"]["result"]["file_size"] > 0
    assert len(detail["storyboard"]["scenes"]) == detail["task"]["n_scenes"] > 0
    again = stage.clients["gateway-2"].post(f"/api/history/{ids[0]}/duplicate").json()["request"]
    assert again["text"] == detail["task"]["request_params"]["text"]
