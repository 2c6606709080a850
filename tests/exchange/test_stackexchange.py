"""Dumps by hand: what a row becomes, what a broken one does, and what a later dump adds."""

from __future__ import annotations

import gzip

from sqlalchemy import select

from forum.accounts.models import Person, PersonName
from forum.boards.models import Post, Revision, Thread
from tests.exchange.conftest import answer, comment, origins, question, row


def handles(stored) -> dict[str, str]:
    return {one.handle: one.name for one in stored(select(Person.handle, Person.name))}


def test_questions_answers_and_comments(board, run, stored, sound, dump) -> None:
    board()
    folder = dump(
        Posts=[
            question(1, "Why does it ring?", "<p>It <b>rings</b>.</p>", ViewCount=40),
            answer(2, 1, CreationDate="2020-01-03T10:00:00"),
            answer(3, 1, CreationDate="2020-01-04T12:30:00.500+02:00"),
        ],
        Comments=[
            comment(1, 1, "On the *question*", CreationDate="2020-01-03T09:00:00Z"),
            comment(2, 2, "On the answer, @EnaK", CreationDate="2020-01-05T00:00:00"),
        ],
        Users=[
            {"Id": 1, "DisplayName": "Ena K.", "CreationDate": "2015-05-05T00:00:00"},
            {"Id": 2, "DisplayName": "Ändré Müller", "CreationDate": "2016-05-05T00:00:00"},
            {"Id": 3, "DisplayName": "\u200b \u202e", "CreationDate": "x"},
            {"Id": 4, "DisplayName": "Never said a word"},
        ],
    )
    run("import", "stackexchange", folder, "--board", "canteen")
    sound()
    [thread] = stored(select(Thread.__table__))
    assert (thread.title, thread.hits, thread.posts) == ("Why does it ring?", 40, 5)
    floors = stored(select(Post.__table__).order_by(Post.floor))
    keys = {number: key for key, number in origins(stored).items()}
    assert [keys[one.id] for one in floors] == ["post 1", "comment 1", "post 2", "post 3", "comment 2"]
    assert [one.reply_to for one in floors] == [None, floors[0].id, None, None, floors[2].id]
    assert "<strong>rings</strong>" in floors[0].html
    assert "<em>question</em>" in floors[1].html
    assert 'href="/people/enak"' in floors[4].html  # who came along can be addressed
    assert floors[3].created_at == 1_578_133_800  # a zone, when given, counts
    people = {one.name: one for one in stored(select(Person.__table__))}
    assert {one.handle for one in people.values()} == {"enak", "andremuller", "member2"}
    assert all(one.password_hash is None and one.email is None for one in people.values())
    assert people["Ena K."].joined_at == 1_430_784_000
    assert {one.name for one in stored(select(PersonName.name))} == set(people)


def test_a_second_dump_adds_what_is_new_and_keeps_what_is_there(board, run, stored, state, sound, dump) -> None:
    board()
    first = dump("first", Posts=[question(1, body="<p>One.</p>"), answer(2, 1)], Comments=[comment(1, 2)])
    run("import", "stackexchange", first, "--board", "canteen")
    later = dump(
        "later",
        Posts=[
            question(1, body="<p>One, changed.</p>"),
            answer(2, 1),
            answer(3, 1, CreationDate="2019-01-01T00:00:00"),
        ],
        Comments=[comment(1, 2), comment(2, 2, "Another")],
    )
    result = run("import", "stackexchange", later, "--board", "canteen")
    assert "0 threads, 2 posts, 0 people added; 3 posts already there." in result.stdout
    sound()
    keys = {number: key for key, number in origins(stored).items()}
    floors = stored(select(Post.__table__).order_by(Post.floor))
    assert [keys[one.id] for one in floors] == ["post 1", "post 2", "comment 1", "post 3", "comment 2"]
    assert "changed" not in floors[0].html
    before = state()
    run("import", "stackexchange", later, "--board", "canteen")
    assert state() == before


def test_two_sites_on_one_board_are_not_one(board, run, stored, sound, dump) -> None:
    board()
    run("import", "stackexchange", dump("a", Posts=[question(1, "A"), answer(2, 1)]), "--board", "canteen")
    other = dump("b", Posts=[question(1, "B", CreationDate="2021-01-01T00:00:00"), answer(2, 1)])
    result = run("import", "stackexchange", other, "--board", "canteen")
    assert "1 thread, 2 posts, 2 people added; 0 posts already there." in result.stdout
    sound()
    assert sorted(one.title for one in stored(select(Thread.title))) == ["A", "B"]
    assert set(handles(stored)) == {"member1", "member2", "member1-2", "member2-2"}


def test_the_same_site_on_two_boards_has_one_set_of_people(board, run, stored, dump) -> None:
    board("one")
    board("two")
    folder = dump(Posts=[question(1), answer(2, 1)])
    run("import", "stackexchange", folder, "--board", "one")
    result = run("import", "stackexchange", folder, "--board", "two")
    assert "1 thread, 2 posts, 0 people added" in result.stdout


def test_a_colleague_is_never_taken_for_an_imported_writer(board, run, stored, person, dump) -> None:
    board()
    person("enak", name="Our own Ena")
    users = [{"Id": 1, "DisplayName": "Ena K"}, {"Id": 2, "DisplayName": "Ena-K"}]
    run("import", "stackexchange", dump(Posts=[question(1), answer(2, 1)], Users=users), "--board", "canteen")
    assert handles(stored) == {"enak": "Our own Ena", "enak-2": "Ena K", "enak-3": "Ena-K"}
    assert next(one.posts for one in stored(select(Person.posts).where(Person.handle == "enak"))) == 0


def test_missing_owners(board, run, stored, sound, dump) -> None:
    board()
    rows_ = [
        question(1, OwnerUserId=""),
        answer(2, 1, OwnerUserId="", OwnerDisplayName="user39"),
        answer(3, 1, OwnerUserId="-1"),
        answer(4, 1, OwnerUserId="abc"),
        answer(5, 1, OwnerUserId="77"),
    ]
    run("import", "stackexchange", dump(Posts=rows_), "--board", "canteen")
    sound()
    assert sorted(handles(stored).values()) == ["Community", "Former member", "Member 77", "user39"]


def test_broken_records_are_counted_and_named(board, run, stored, sound, dump) -> None:
    board()
    folder = dump(
        Posts=[
            question(1),
            answer(2, 999),
            answer(3, 1, PostTypeId=4),
            answer(4, 1, PostTypeId=99),
            answer(20, 1, Id="x"),
            answer(5, "none"),
            answer(6, 1, Body="<p> </p>"),
            answer(7, 1, Body=""),
            question(
                8, "", "<p>Only words, no title, and a good many of them, so that they must be cut somewhere.</p>"
            ),
            question(9, "Only a title", ""),
            question(10, "", ""),
            answer(1, 1),
        ],
        Comments=[comment(1, 2), comment(2, 12345), comment(20, 1, Id=""), comment(3, 1, "  ")],
        Users=[{"DisplayName": "No number"}],
    )
    result = run("import", "stackexchange", folder, "--board", "canteen")
    sound()
    for line in (
        "answers to a question that is missing: answer 2",
        "tag wiki excerpts: post 3",
        "posts of unknown kind: post 4",
        "posts without a number: post x",
        "answers that name no question: post 5",
        "numbers that stand twice: post 1",
        "comments on a post that is missing: comment 1 (on 2), comment 2 (on 12345)",
        "comments without a number or a post: comment",
        "people without a number: user ?",
        "opening posts without words, which say their title: post 9",
    ):
        assert line in result.stderr
    assert "posts without words: post 6, post 7, comment 3, post 10" in result.stderr
    titles = [one.title for one in stored(select(Thread.title).order_by(Thread.id))]
    assert titles[0] == "A question"
    assert titles[1].startswith("Only words, no title,")
    assert titles[1].endswith("…")
    assert titles[2] == "Only a title"


def test_odd_dates(board, run, stored, sound, dump) -> None:
    board()
    posts = [
        question(1, CreationDate="2020-05-05T05:05:05.678"),
        answer(2, 1, CreationDate="yesterday"),
        answer(3, 1, CreationDate="0001-01-01T00:00:00"),
        answer(4, 1, CreationDate="2020-05-06"),
        answer(5, 1, CreationDate="9999-12-31T23:59:59"),
    ]
    result = run("import", "stackexchange", dump(Posts=posts), "--board", "canteen")
    sound()
    assert "dates that cannot be read, taken from the row before: post 2, post 3, post 5" in result.stderr
    times = [one.created_at for one in stored(select(Post.created_at).order_by(Post.floor))]
    assert times == [1_588_655_105] * 3 + [1_588_723_200] * 2


def test_an_answer_older_than_its_question_stays_above_nothing(board, run, stored, sound, dump) -> None:
    board()
    posts = [question(1, CreationDate="2020-05-05T00:00:00"), answer(2, 1, CreationDate="2019-01-01T00:00:00")]
    comments = [comment(1, 2, CreationDate="2018-01-01T00:00:00")]  # and the comment older than what it is on
    run("import", "stackexchange", dump(Posts=posts, Comments=comments), "--board", "canteen")
    sound()
    found = origins(stored)
    floors = [one.id for one in stored(select(Post.id).order_by(Post.floor))]
    assert floors == [found["post 1"], found["comment 1"], found["post 2"]]
    assert stored(select(Post.reply_to).where(Post.id == found["comment 1"]))[0].reply_to == found["post 2"]


def test_edits_are_kept_as_versions(board, run, stored, sound, dump) -> None:
    board()
    at = "2020-01-02T10:00:00.000"
    history = [
        {"Id": 1, "PostHistoryTypeId": 1, "PostId": 1, "RevisionGUID": "a", "CreationDate": at, "Text": "Frist"},
        {"Id": 2, "PostHistoryTypeId": 2, "PostId": 1, "RevisionGUID": "a", "CreationDate": at, "Text": "As *typed*"},
        {"Id": 3, "PostHistoryTypeId": 3, "PostId": 1, "RevisionGUID": "a", "CreationDate": at, "Text": "<tag>"},
        row(
            {"Id": 4, "PostHistoryTypeId": 5, "PostId": 1, "RevisionGUID": "b", "CreationDate": "2020-01-03T00:00:00"}
        ).replace(" />", ' Text="As **meant**" />'),
        {"Id": 5, "PostHistoryTypeId": 4, "PostId": 1, "CreationDate": "2020-01-04T00:00:00", "Text": "First"},
        {"Id": 6, "PostHistoryTypeId": 8, "PostId": 1, "CreationDate": "2020-01-05T00:00:00", "Text": "As *typed*"},
        {"Id": 7, "PostHistoryTypeId": 2, "PostId": 2, "CreationDate": "2020-02-01T10:00:02", "Text": "Once"},
    ]
    posts = [question(1, "First"), answer(2, 1), answer(3, 1, LastEditDate="2020-03-01T00:00:00")]
    run("import", "stackexchange", dump(Posts=posts, PostHistory=history), "--board", "canteen")
    sound()
    found = origins(stored)
    versions = stored(select(Revision.__table__).where(Revision.post_id == found["post 1"]).order_by(Revision.number))
    assert [(one.title, one.body) for one in versions] == [
        ("Frist", "As *typed*"),
        ("Frist", "As **meant**"),
        ("First", "As **meant**"),
        ("First", "As *typed*"),
    ]
    floors = stored(select(Post.edited_at, Post.revisions).order_by(Post.floor))
    assert [tuple(one) for one in floors] == [(1_578_182_400, 4), (None, 1), (1_583_020_800, 1)]
    assert stored(select(Thread.title))[0].title == "First"


def test_long_words_go_on_in_the_next_floors(board, run, stored, state, sound, dump) -> None:
    board()
    long = "".join(f"<p>Paragraph {number} {'and so on ' * 30}</p>" for number in range(300))
    folder = dump(Posts=[question(1, "T" * 300, long), answer(2, 1)], Comments=[comment(1, 1)])
    result = run("import", "stackexchange", folder, "--board", "canteen")
    sound()
    assert "posts so long that they go on in the next floors: post 1" in result.stderr
    bodies = [one.body for one in stored(select(Revision.body).order_by(Revision.post_id))]
    assert len(bodies) == 5
    assert bodies[1].startswith("*(continued)*\n\nParagraph ")
    assert sum(body.count("Paragraph ") for body in bodies) == 300
    assert stored(select(Thread.title))[0].title == "T" * 199 + "…"
    before = state()
    assert "3 posts already there" in run("import", "stackexchange", folder, "--board", "canteen").stdout
    assert state() == before


def test_packed_files(board, run, dump) -> None:
    board()
    folder = dump(Posts=[question(1), answer(2, 1)], Comments=[comment(1, 1)])
    for name in ("Posts", "Comments"):
        path = folder / f"{name}.xml"
        (folder / f"{name}.xml.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    assert "1 thread, 3 posts" in run("import", "stackexchange", folder, "--board", "canteen").stdout


def test_a_packed_file_that_ends_too_early(board, run, dump) -> None:
    board()
    folder = dump(Posts=[question(number) for number in range(1, 400)])
    whole = gzip.compress((folder / "Posts.xml").read_bytes())
    (folder / "Posts.xml").unlink()
    (folder / "Posts.xml.gz").write_bytes(whole[: len(whole) // 2])
    result = run("import", "stackexchange", folder, "--board", "canteen")
    assert "files that end too early: Posts.xml.gz after line" in result.stderr
    assert not result.stdout.startswith("0 threads")
