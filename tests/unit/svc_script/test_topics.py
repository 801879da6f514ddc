"""What a topic is about, and the frame of sentences it gets."""

from __future__ import annotations

import re

import pytest

from svc_script.bookends import closings, openings
from svc_script.engines.outline import text_title
from svc_script.stems import stems
from svc_script.topics import read_topic


@pytest.mark.parametrize(
    ("text", "shape", "subject", "plural"),
    [
        ("Why develop a reading habit", "habit", "developing a reading habit", False),
        ("How honey bees make honey", "process", "honey bees", True),
        ("The history of tea", "history", "tea", False),
        ("Why sleep matters", "benefit", "sleep", False),
        ("How does the heart work?", "process", "the heart", False),
        ("How to bake bread", "advice", "baking bread", False),
        ("Why do leaves change color", "cause", "leaves", True),
        ("Benefits of walking", "benefit", "walking", False),
        ("The Eiffel Tower", "name", "the Eiffel Tower", False),
        ("Albert Einstein", "name", "Albert Einstein", False),
        ("Write a video about black holes", "thing", "black holes", True),
        ("5 tips for better sleep", "thing", "better sleep", False),
        ("?", "thing", "?", False),
        ("Paris", "name", "Paris", False),
        ("Los Angeles", "name", "Los Angeles", False),
        ("The Beatles", "name", "the Beatles", True),
        ("Vikings", "name", "Vikings", True),
        ("Meditation", "thing", "meditation", False),
        ("Dinosaurs", "name", "dinosaurs", True),
        ("Cats vs dogs", "animal", "cats and dogs", True),
        ("World War II", "grave", "World War II", False),
        ("The fall of the Roman Empire", "grave", "the fall of the Roman Empire", False),
        ("climate change", "grave", "climate change", False),
        ("The history of the Roman Empire", "name", "the Roman Empire", False),
        ("Python programming for beginners", "thing", "Python programming", False),
        ("Top 10 travel destinations in Japan", "thing", "travel destinations in Japan", True),
        ("7 amazing facts about the human brain", "thing", "the human brain", False),
        ("Explain blockchain to a child", "thing", "blockchain", False),
        ("Remote work: pros and cons", "thing", "remote work", False),
        ("My morning routine", "thing", "your morning routine", False),
        ("How To Bake Bread", "advice", "baking bread", False),
        ("The Benefits Of Walking Every Day", "benefit", "walking every day", False),
        ("Learn Spanish fast", "advice", "learning Spanish fast", False),
        ("Gardening tips for small balconies", "thing", "gardening", False),
        ("Overcoming fear of public speaking", "habit", "overcoming fear of public speaking", False),
        ("Never giving up", "habit", "never giving up", False),
        ("Saving money on groceries", "habit", "saving money on groceries", False),
        ("Reading books", "habit", "reading books", False),
        ("Swimming pools", "thing", "swimming pools", True),
        ("Cooking oil", "thing", "cooking oil", False),
        ("Dealing with anxiety", "grave", "dealing with anxiety", False),
        ("Drink more water", "advice", "drinking more water", False),
        ("Banana bread recipe", "advice", "making banana bread", False),
        ("Easy recipes for apple pie", "advice", "making apple pie", False),
        ("Green tea benefits", "benefit", "green tea", False),
        ("A poem about the sea", "thing", "the sea", False),
        ("Latest news about AI", "thing", "AI", False),
        ("5 habits of successful people", "thing", "habits of successful people", True),
        ("Steve Jobs biography", "name", "Steve Jobs", False),
        ("Explain photosynthesis to a 5 year old", "thing", "photosynthesis", False),
        ("The French Revolution", "name", "the French Revolution", False),
        ("The moon landing", "name", "the moon landing", False),
        ("Tesla vs BYD", "thing", "Tesla and BYD", True),
        ("What would happen if the moon disappeared?", "thing", "the moon", False),
    ],
)
def test_topics(text: str, shape: str, subject: str, plural: bool) -> None:
    topic = read_topic(text)
    assert (topic.shape, topic.subject, topic.plural) == (shape, subject, plural)


def test_nobody_learns_to_learn() -> None:
    assert not [line for line in openings(read_topic("Learn guitar in 30 days")) if "earning to learn" in line]


def test_questions_become_clauses() -> None:
    assert read_topic("How does the heart work?").clause == "the heart works"
    assert read_topic("Why do cats purr").clause == "cats purr"


@pytest.mark.parametrize(
    ("text", "asked", "subject", "plural"),
    [
        ("Is coffee good for you?", "Is coffee good for you?", "coffee", False),
        ("can dogs see color", "Can dogs see color?", "dogs", True),
        (
            "Should I learn to play my guitar?",
            "Should you learn to play your guitar?",
            "learning to play your guitar",
            False,
        ),
        ("Will robots replace teachers?", "Will robots replace teachers?", "robots", True),
        ("Is AI going to take our jobs?", "Is AI going to take our jobs?", "AI", False),
        ("Who invented the telephone?", "Who invented the telephone?", "the telephone", False),
        ("When was the Eiffel Tower built", "When was the Eiffel Tower built?", "the Eiffel Tower", False),
        ("Where do pandas live?", "Where do pandas live?", "pandas", True),
        ("Why are flamingos pink", "Why are flamingos pink?", "flamingos", True),
        ("Why do we dream?", "Why do we dream?", "dreaming", False),
        ("Why we dream", "Why do we dream?", "dreaming", False),
        ("What happens when you sleep", "What happens when you sleep?", "sleeping", False),
        ("What if the moon disappeared", "What if the moon disappeared?", "the moon", False),
        ("How much water should you drink?", "How much water should you drink?", "water", False),
        ("How old is the universe?", "How old is the universe?", "the universe", False),
    ],
)
def test_a_question_is_asked_as_it_is_and_its_subject_is_found(
    text: str, asked: str, subject: str, plural: bool
) -> None:
    topic = read_topic(text)
    assert (topic.asked, topic.subject, topic.plural) == (asked, subject, plural)
    assert all(line.startswith(asked) for line in openings(topic))


def test_nobody_is_said_to_love_a_war() -> None:
    said = [*stems(read_topic("World War II")), *openings(read_topic("Cancer")), *closings(read_topic("Floods"))]
    assert not [line for line in said if re.search(r"love|joy|special|surprise|thanks to|enjoy", line)]


TOPICS = [
    "Why read",
    "How birds fly",
    "The history of tea",
    "Why sleep matters",
    "How to swim",
    "Tea",
    "Why cats purr",
    "Cats",
    "Paris",
    "War",
]


@pytest.mark.parametrize("text", TOPICS)
def test_frames(text: str) -> None:
    topic = read_topic(text)
    assert len(set(stems(topic))) >= 12
    assert all(stem[0].isupper() and not stem.endswith((".", " ")) for stem in stems(topic))
    for line in (*openings(topic), *closings(topic)):
        assert line[0].isupper()
        assert line[-1] in ".?"
        assert "  " not in line
        assert 5 <= len(line.split()) <= 20


@pytest.mark.parametrize(
    ("text", "title", "subject"),
    [
        ("Make a video about whales", "Whales", "whales"),
        ("I want a 30 second video on how to bake bread for kids", "How to bake bread for kids", "baking bread"),
        ("Create a motivational video about never giving up", "Never giving up", "never giving up"),
        (
            "Can you make a short video for kids explaining why leaves fall?",
            "Why leaves fall?",
            "leaves",
        ),
        ("\U0001f41d Bees", "Bees", "bees"),
        ("A short video for my bakery in Leipzig", "My bakery in Leipzig", "your bakery in Leipzig"),
        ("A promo video about our dog walking app", "Our dog walking app", "our dog walking app"),
        ("WHY IS THE SKY BLUE", "Why is the sky blue", "the sky"),
        ("US GDP", "US GDP", "US GDP"),
        ("I want a video about our new app PawPal. It should be funny.", "Our new app PawPal", None),
        (
            "Is remote work good for young people who have just finished university and never had a job?",
            "Is remote work good for young people?",
            "remote work",
        ),
        ("iPhone vs Android", "iPhone vs Android", "iPhone and Android"),
        ("The benefits of tea vs coffee", "The benefits of tea vs coffee", "tea and coffee"),
        # nothing is asked for here
        ("How to make a video about cats", "How to make a video about cats", "making a video about cats"),
        ("Short films of the 1920s", "Short films of the 1920s", "short films of the 1920s"),
    ],
)
def test_the_words_that_ask_for_a_video_are_not_its_topic(text: str, title: str, subject: str | None) -> None:
    assert text_title(text) == title
    assert subject is None or read_topic(text).subject == subject


@pytest.mark.parametrize(
    ("text", "subject"),
    [("How coffee reaches your cup", "coffee"), ("Why the Roman Empire fell", "the Roman Empire")],
)
def test_a_clause_is_known_by_its_verb(text: str, subject: str) -> None:
    topic = read_topic(text)
    assert (topic.subject, topic.clause) == (subject, text.partition(" ")[2])


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (
            "A video for my bakery in Leipzig that sells sourdough bread and is open on Sundays",
            "your bakery in Leipzig",
        ),
        ("A small town in the Alps which lives on its cheese", "a small town in the Alps"),
        ("Birds that sing at night", "birds that sing at night"),
    ],
)
def test_what_is_told_beside_a_name_is_not_said_in_every_sentence(text: str, subject: str) -> None:
    assert read_topic(text).subject == subject


@pytest.mark.parametrize(
    ("text", "shape", "subject"),
    [
        ("How lighthouses saved sailors", "process", "lighthouses"),
        ("How Marie Curie discovered radium", "process", "Marie Curie"),
        ("Why Rome burned", "cause", "Rome"),
    ],
)
def test_what_somebody_did_is_no_name(text: str, shape: str, subject: str) -> None:
    """ "What makes lighthouses saved sailors so special?" was said of it."""
    topic = read_topic(text)
    assert (topic.shape, topic.subject, topic.clause) == (shape, subject, text.split(" ", 1)[1])


def test_words_that_only_look_like_the_past_are_of_the_name() -> None:
    assert read_topic("How sacred groves").subject == "sacred groves"
    assert read_topic("How high speed trains stop").subject == "high speed trains"
