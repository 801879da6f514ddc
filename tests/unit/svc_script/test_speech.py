"""What is left of a narration when all that no voice says is taken out."""

from __future__ import annotations

import pytest

from svc_script.speech import opening, spoken, unspeakable


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("**Scene 2:** (soft music) *Walking* wakes the **body** 🎉.", "Walking wakes the body."),
        ("2. Two roads meet.", "Two roads meet."),
        ("Scene 2 - Two roads meet.", "Two roads meet."),
        ("- [Cut to: forest] Bees fly.", "Bees fly."),
        ("Narrator (whispering): Hello there 👋🏽!", "Hello there!"),
        ("VO: It begins.", "It begins."),
        ("### Title\nBees `fly` home.", "Title Bees fly home."),
        ("旁白：【音乐响起】你好， 世界。", "你好， 世界。"),
        ("*sighs* It is late. [pause 0.5s] Go.", "It is late. [pause 0.5s] Go."),
        ("He came home (camera pans away) and slept.", "He came home and slept."),
        ("See [the map](https://example.com/x) first.", "See the map first."),
        ("<b>Bees</b> fly.", "Bees fly."),
        ('"Bees fly far."', "Bees fly far."),
        ("👩‍👩‍👧 Family 🇩🇪 counts ❤️.", "Family counts."),
        ("**Scene 1:** *The sea* is calm.", "The sea is calm."),
        ("Hook: Did you know bees dance?", "Did you know bees dance?"),
        ("Narración: El mar está en calma.", "El mar está en calma."),
        ("ナレーター：海は静かです。", "海は静かです。"),
        ("(Bild: Meer) Das Meer ist ruhig. (4 Wörter)", "Das Meer ist ruhig."),
        ("[0:00 - 0:05] The sea is calm.", "The sea is calm."),
        ("The sea is calm. #nature #sea", "The sea is calm."),
        ("Salt &amp; sea.\\nAnd wind.", "Salt & sea. And wind."),
        ("Сцена 1: море спокойно.", "Море спокойно."),
        ("Рассказчик: Жил-был кот.", "Жил-был кот."),
        ("내레이션: 바다는 고요하다.", "바다는 고요하다."),
        ("Cena 2: O mar.", "O mar."),
        ("المشهد 1: البحر هادئ.", "البحر هادئ."),
        ("दृश्य 2: समुद्र शांत है।", "समुद्र शांत है।"),
        ("Conclusion: it works.", "It works."),
        ("Great job 🎉!", "Great job!"),
        # what belongs to the text stays
        ("Saviez-vous que la mer chante ?", "Saviez-vous que la mer chante ?"),
        ("Musique, maestro\u202f!", "Musique, maestro !"),
        ("La scena è bella: guardate.", "La scena è bella: guardate."),
        ("The *scene* of the crime (in 1888) is old.", "The scene of the crime (in 1888) is old."),
        ("3.14 is pi, and 2 * 3 is six.", "3.14 is pi, and 2 * 3 is six."),
        ("7. April 1989 war ein Tag.", "7. April 1989 war ein Tag."),
        ("“Come in,” he said, “and sit.”", "“Come in,” he said, “and sit.”"),
        ("Part of it is true: we walk.", "Part of it is true: we walk."),
        ("It costs 5 € at 20 °C, 50 % less — naïve café №5.", "It costs 5 € at 20 °C, 50 % less — naïve café №5."),
        ("क्षत्रिय और श्री‍मान", "क्षत्रिय और श्री‍मान"),
    ],
)
def test_only_what_is_spoken_stays(line: str, said: str) -> None:
    assert spoken(line, 1) == said


@pytest.mark.parametrize(
    "line", ["", "…", "🎵🎵", "Buy at www.example.com", "Use #fun", "a | b", "{name} flies", "2 * 3"]
)
def test_what_cannot_be_said_is_named(line: str) -> None:
    assert unspeakable(spoken(line))


@pytest.mark.parametrize(
    "line", ["Bees fly.", "C# and F# are languages.", "你好。", "It ends. [pause 1s] It begins.", "C3PO costs $5."]
)
def test_what_can_be_said_is_not(line: str) -> None:
    assert unspeakable(spoken(line)) == ""


def test_openings() -> None:
    assert opening("Have you, ever?") == opening("have you wondered") == ("have", "you")
    assert opening("今天天气很好") == ("今", "天", "天", "气")
    assert opening("") == ()
