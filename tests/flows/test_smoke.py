def test_a_thread_is_started_read_and_answered(person, board, browser):
    person("mina")
    person("idris")
    board()
    mina = browser("mina")
    answer = mina.post("/boards/canteen/new", page="/boards/canteen/new", title="The soup", body="It is **hot**.")
    assert answer.status_code == 303
    page = mina.get(answer.location)
    assert "<strong>hot</strong>" in page.text
