"""Which language a post is marked with."""

import pytest

from forum.markup import render


@pytest.mark.parametrize(
    ("source", "lang"),
    [
        ("今天食堂的饭很好吃", "zh"),
        ("我们用 PostgreSQL 存数据", "zh"),
        ("请看 https://example.com/a/very/long/english/address 谢谢", "zh"),
        ("说明：\n\n```python\nfor line in open(name): print(line)\n```", "zh"),
        ("今日は良い天気ですね", "ja"),
        ("カタカナ", "ja"),
        ("오늘 날씨가 좋네요", "ko"),
        ("公司楼下新开了一家鲜の每日，味道很不错，大家可以去试试看，价格也合适", "zh"),
        ("Hello there", None),
        ("Привет всем", None),
        ("Bonjour 世界", None),
        ("I met 李小龍 at the office today", None),
        ("1234 !!! 👍", None),
        ("", None),
    ],
)
def test_language(source: str, lang: str | None) -> None:
    assert render(source).lang == lang
