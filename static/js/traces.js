// What in a note may tell who wrote it: mail, name, "the only one", a number. Plain giveaways only; no word leaves the browser.

const MAIL = /[^\s@]+@[^\s@]+\.\p{L}{2,}|(?:^|\s)@[a-z0-9][\w.-]+/iu;
const ONLY = new RegExp([
  "\\b(?:I['’]?m|I am|I was|as|being) (?:here )?(?:the (?:only|sole)|(?:a|the) head of|C[EFTO]O)\\b",
  "\\b(?:the only|sole) (?:woman|man|girl|guy|one|person|vegan|engineer|accountant|\\p{L}+) (?:here|in|on|at|from|of) (?:the|my|our|this)\\b",
  "\\b(?:nobody but me|I alone|only I|just me)\\b",
  "\\b(?:bin|als|war) (?:hier )?(?:der|die|das)? ?einzige[rs]?\\b", "\\bnur ich\\b",
  "我(?:是|作为)[^。！？\\n]{0,8}唯一|唯一的?(?:女|男|会计|工程师)|只有我(?:一个|们组|这里|在|会|能)|就我一个",
].join("|"), "iu");
const NAME = new RegExp([
  "\\b[Mm]y name(?:['’]?s| is) \\p{Lu}", "\\b(?:I['’]?m|I am|[Tt]his is|[Cc]all me) \\p{Lu}\\p{Ll}+(?: from| in| at|[.,!]|$)",
  "\\b(?:[Ii]ch heiße|[Mm]ein Name ist) \\p{Lu}", "\\b[Ii]ch bin \\p{Lu}\\p{Ll}+ (?:aus|von|vom)\\b",
  "我的名字(?:是|叫)|我姓\\p{Script=Han}|本人\\p{Script=Han}{2,3}[。.!！]?$|我叫\\p{Script=Han}{2,3}[。.!！]?$|我是\\p{Script=Han}{1,8}的\\p{Script=Han}{2,3}[。.!！]?$|我是\\p{Script=Han}{2,3}[。.!！]?$",
].join("|"), "mu");
const CLOSING = /^(?:[-–—~]{1,2}\s?\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{L}*\.?)?|——?\p{Script=Han}{2,3}|(?:(?:[Kk]ind|[Bb]est|[Ww]arm) [Rr]egards|[Yy]ours|[Cc]heers|[Xx]oxo|(?:[Vv]iele |[Ll]iebe )?Gr[uü](?:ß|ss)e?|LG|MfG|VG),?\s+\p{Lu}\p{Ll}+)\s*$/u;
const NUMBER = /(?:\bno\.?|\bext\.?|number|Nr\.?|nummer|Durchwahl|工号|分机|微信|电话)\s*[:：]?\s*[\w-]*\d{3,}|(?:\+|00|\b0)\d[\d /-]{7,}\d/iu;

/** Which traces there are, by name: mail, only, name, number. */
export function tracesIn(text) {
  const lines = text.trim().split("\n"), found = [];
  if (MAIL.test(text)) found.push("mail");
  if (ONLY.test(text)) found.push("only");
  if (NAME.test(text) || (lines.length > 1 && !/^\s*[-–—~]/.test(lines.at(-2)) && CLOSING.test(lines.at(-1).trim()))) found.push("name");
  if (NUMBER.test(text.replaceAll(/\d{4}-\d\d-\d\d/g, ""))) found.push("number");
  return found;
}
