"""Realistic output, made from a seed: what shells, pagers, editors and agents send, and every control function."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.oracle.looks import Case, Feed, LookAt, Resize, StackAt, Step

_TEXT = (
    "the agent reads a file and edits three lines then runs pytest again because one assertion failed in "
    "naïve café Größe π≈3.14 Привет, мир! ──────── │ ├── └── ❯ ● ◐ ✓ … “quoted” → ⏎ █▓▒░ ⠋⠙⠹ ₂ x² "
    "日本語 端末 한국어 中文字符 ｱｲｳ ＡＢＣ 「」 。"
)
WORDS = _TEXT.split()
GLYPHS = (
    "😀", "🚀", "✅", "❌", "⚠️", "❤️", "✔️", "ℹ️", "1️⃣", "#️⃣", "👍🏽", "👩🏻‍💻", "👩‍💻", "👨‍👩‍👧‍👦", "❤️‍🔥", "🏳️‍🌈", "🇩🇪", "🇯🇵🇫🇷",
    "e\u0301", "a\u0308\u0301", "ก็", "ที่", "नमस्ते", "한글", "\u1112\u1161\u11ab", "♥", "☎", "✂️", "⭐", "⏰", "🀄",
)  # fmt: skip
SIZES = ((80, 24), (40, 10), (20, 6), (12, 5), (7, 4), (100, 30), (3, 3))
SGR = (
    "", "0", "1", "2", "3", "4", "5", "7", "8", "9", "21", "22", "23", "24", "25", "27", "28", "29", "53", "55",
    "39", "49", "59", "1;31", "0;1;4", "4:3", "4:0", "4:2", "4:4", "4:5", "1;2", "7;1", "30;47", "97;104",
    "38;5;{i}", "48;5;{i}", "38;2;{r};{g};{b}", "48;2;{r};{g};{b}", "38:5:{i}", "48:2::{r}:{g}:{b}",
    "58:5:{i}", "58;2;{r};{g};{b}", "4;58:2::{r}:{g}:{b}", "38;5;{i};48;5;{i};1", "1;38;2;{r};{g};{b};4:3",
)  # fmt: skip


class Writer:
    """Writes the output of one case."""

    def __init__(self, rng: random.Random, cols: int, rows: int) -> None:
        self.rng = rng
        self.cols = cols
        self.rows = rows

    def piece(self) -> str:
        """The next thing that a program sends."""
        make = self.rng.choices(_MAKERS, _WEIGHTS)[0]
        return make(self)

    def number(self, most: int) -> str:
        """A parameter: mostly small, sometimes missing, zero or far too large."""
        rng = self.rng
        return rng.choice(("", "0", "1", str(rng.randint(1, most)), str(rng.randint(1, most)), str(most + 9)))

    def text(self) -> str:
        """Some words, of all scripts and widths."""
        rng = self.rng
        words = rng.choices(WORDS, k=rng.choice((1, 1, 2, 3, 6, 20)))
        if rng.random() < 0.4:
            words.insert(rng.randrange(len(words) + 1), "".join(rng.choices(GLYPHS, k=rng.randint(1, 3))))
        return rng.choice((" ", " ", "")).join(words)

    def ascii(self) -> str:
        """A run of plain characters."""
        return "".join(self.rng.choices("abcdefghij XYZ0123456789-=.", k=self.rng.choice((1, 3, 8, 30))))

    def newline(self) -> str:
        """An end of a line."""
        return self.rng.choice(("\r\n", "\r\n", "\r\n", "\n", "\r", "\x0b", "\x0c"))

    def line(self) -> str:
        """A line of a log, in colours."""
        return f"{self.sgr()}{self.text()}\x1b[m {self.ascii()}\r\n"

    def control(self) -> str:
        """A single control character."""
        return self.rng.choice(("\b", "\b\b\b", "\t", "\t\t", "\x07", "\0", "\x7f", "\b \b"))

    def sgr(self) -> str:
        """A change of the style."""
        rng = self.rng
        pick = rng.choice(SGR).format(
            i=rng.randrange(256), r=rng.randrange(255), g=rng.randrange(256), b=rng.randrange(256)
        )
        return f"\x1b[{rng.choice((pick, pick, str(rng.randint(30, 37)), str(rng.randint(90, 97)), str(rng.randint(40, 47))))}m"

    def position(self) -> str:
        """A move to a place."""
        kind = self.rng.choice("HHHfGd`")
        row, col = self.number(self.rows), self.number(self.cols)
        if kind in "Hf":
            return f"\x1b[{row};{col}{kind}" if self.rng.random() < 0.9 else f"\x1b[{kind}"
        return f"\x1b[{row if kind == 'd' else col}{kind}"

    def move(self) -> str:
        """A move by some cells."""
        return f"\x1b[{self.number(6)}{self.rng.choice('ABCDEFae')}"

    def erase(self) -> str:
        """An erasure."""
        how = self.rng.choice(("", "0", "1", "2"))
        return self.rng.choice(
            (f"\x1b[{how}K", f"\x1b[{how}K", f"\x1b[{how}J", f"\x1b[{self.number(self.cols)}X", "\x1b[3J")
        )

    def edit(self) -> str:
        """Cells or lines that are inserted or deleted."""
        return f"\x1b[{self.number(5)}{self.rng.choice('@PLM')}"

    def columns(self) -> str:
        """Columns of the region that are moved."""
        return f"\x1b[{self.number(3)}{self.rng.choice((' @', ' A', chr(39) + '}', chr(39) + '~'))}"

    def scroll(self) -> str:
        """The region scrolls."""
        return self.rng.choice(
            ("\x1bD", "\x1bM", "\x1bE", f"\x1b[{self.number(4)}S", f"\x1b[{self.number(4)}T")
        )

    def region(self) -> str:
        """A scrolling region."""
        top = self.rng.randint(1, self.rows)
        bottom = self.rng.randint(1, self.rows)
        return self.rng.choice((f"\x1b[{top};{bottom}r", f"\x1b[{top};{bottom}r", "\x1b[r", f"\x1b[{top}r"))

    def tabs(self) -> str:
        """Tab stops, set and used."""
        stop = f"\x1b[{self.rng.randint(1, self.cols)}G"
        return self.rng.choice(
            (f"{stop}\x1bH", f"{stop}\x1b[g", "\x1b[3g", f"{stop}\x1b[{self.number(3)}Z", f"{stop}\x1b[{self.number(3)}I", "\r\ta\tb\tc")
        )  # fmt: skip

    def mode(self) -> str:
        """A mode, set or reset."""
        number = self.rng.choice(("?25", "?1", "?2004", "?1000", "?1002", "?1006", "?1004", "4", "?66"))
        return f"\x1b[{number}{self.rng.choice('hl')}"

    def insert(self) -> str:
        """Text typed into a line."""
        return f"\x1b[4h{' '.join(self.rng.choices(WORDS, k=2))}\x1b[4l"

    def no_wrap(self) -> str:
        """A line that is cut at the right margin."""
        return f"\x1b[?7l{self.ascii()}{self.ascii()}\x1b[?7h"

    def origin(self) -> str:
        """Origin mode within margins."""
        top = self.rng.randint(1, max(1, self.rows - 2))
        row, col = self.number(self.rows), self.number(self.cols)
        return f"\x1b[{top};{self.rows}r\x1b[?6h\x1b[{row};{col}H{self.ascii()[:4]}\x1b[?6l\x1b[r"

    def save(self) -> str:
        """A place that is kept and come back to."""
        save, back = self.rng.choice(
            (("\x1b7", "\x1b8"), ("\x1b[s", "\x1b[u"), ("\x1b[?1048h", "\x1b[?1048l"))
        )
        return f"{save}{self.position()}{self.sgr()}{self.text()}{back}{self.ascii()}"

    def charset(self) -> str:
        """Boxes of the line drawing set."""
        return self.rng.choice(
            (
                f"\x1b(0{self.ascii()}lqqk\x1b(B",
                "\x1b)0\x0elqx~`{|}\x0f",
                "\x1b(B",
                f"\x1b(0{self.text()}\x1b(B",
            )
        )

    def repeat(self) -> str:
        """A rule."""
        return f"{self.rng.choice('-=─#x')}\x1b[{self.rng.choice(('', 0, 1, 2, self.cols))}b"

    def link(self) -> str:
        """A link."""
        return f"\x1b]8;;https://example.org/{self.rng.randrange(9)}\x1b\\{self.ascii()}\x1b]8;;\x07"

    def string(self) -> str:
        """What a terminal takes or swallows."""
        return self.rng.choice(
            (
                "\x1b]0;a title\x07", "\x1b]2;ein Titel ü\x1b\\", "\x1b]9;4;1;50\x07", "\x1b]133;A\x1b\\", "\x1bP+q544e\x1b\\",
                "\x1b_Gi=1,a=q;AAAA\x1b\\", "\x1b^pm\x1b\\", "\x1bXsos\x1b\\", "\x1b]52;c;aGk=\x07", "\x1b]1337;x=y\x07", "\x1b[?2026h",
                "\x1b[?2026l", "\x1b[>4;2m", "\x1b[>1u", "\x1b[<u", "\x1b[?u", "\x1b[c", "\x1b[6n", "\x1b]11;?\x07", "\x1b[2 q", "\x1b[0 q",
                "\x1b]0;cut\x18", "\x1b[12\x18", "\x1b[3\x1b[m", "\x1b#3", "\x1b%G", "\x1b[?1;2$z", "\x1b[99;99x",
            )
        )  # fmt: skip

    def alternate(self) -> str:
        """A full-screen program that comes and goes."""
        inside = "".join(
            self.rng.choice((self.position, self.text, self.erase, self.sgr, self.edit))()
            for _ in range(self.rng.randint(1, 6))
        )
        inside = inside.replace("\x1b[3J", "")
        return f"\x1b[?1049h\x1b[H{inside}\x1b[m\x1b[?1049l"

    def status_bar(self) -> str:
        """A line at the bottom, kept by a region."""
        return f"\x1b7\x1b[{self.rows};1H\x1b[7m{self.ascii()}\x1b[K\x1b[27m\x1b8"

    def redraw(self) -> str:
        """A frame of Ink: lines erased upwards and written again."""
        height = self.rng.randint(1, max(1, self.rows - 1))
        body = "\r\n".join(f"{self.sgr()}{self.text()}\x1b[m" for _ in range(height))
        upwards = "\x1b[2K\x1b[1A" * (height - 1)
        return f"\x1b[?2026h{upwards}\x1b[2K\x1b[G{body}\x1b[?2026l"

    def insert_above(self) -> str:
        """A finished line above a viewport, as Codex inserts it."""
        last = max(2, self.rows - 1)
        return f"\x1b[1;{last}r\x1b[{last};1H\r\n{self.text()}\x1b[K\x1b[r\x1b[{self.rows};1H"

    def pager(self) -> str:
        """A pager that scrolls back, or an editor that opens a line."""
        row = self.rng.randint(1, self.rows)
        return self.rng.choice(
            (
                f"\x1b[H\x1bM{self.text()}\x1b[K",
                f"\x1b[{row};{self.rows}r\x1b[{row};1H\x1b[L{self.ascii()}\x1b[r",
                f"\x1b[{row};1H\x1b[M",
            )
        )

    def progress(self) -> str:
        """A bar in one line."""
        return "".join(
            f"\r\x1b[32m{'█' * n}\x1b[90m{'░' * (5 - n)}\x1b[m {n * 20}%"
            for n in range(self.rng.randint(1, 6))
        )

    def clear(self) -> str:
        """Everything anew."""
        return self.rng.choice(
            (
                "\x1b[H\x1b[2J",
                "\x1b[2J\x1b[3J\x1b[H",
                "\x1b[H\x1b[J",
                "\x1b[?1;1004;2004l\x1b[!p",
                "\x1bc",
                "\x1b[r\x1b[m\x1b#8",
            )
        )


Maker = Callable[[Writer], str]

_TABLE: list[tuple[Maker, int]] = [
    (Writer.text, 12), (Writer.ascii, 8), (Writer.newline, 9), (Writer.line, 6), (Writer.control, 4), (Writer.sgr, 9),
    (Writer.position, 8), (Writer.move, 6), (Writer.erase, 6), (Writer.edit, 5), (Writer.columns, 1), (Writer.scroll, 4),
    (Writer.region, 2), (Writer.tabs, 2), (Writer.mode, 2), (Writer.insert, 2), (Writer.no_wrap, 1), (Writer.origin, 1), (Writer.save, 2),
    (Writer.charset, 1), (Writer.repeat, 2), (Writer.link, 1), (Writer.string, 3), (Writer.alternate, 2),
    (Writer.status_bar, 1), (Writer.redraw, 3), (Writer.insert_above, 1), (Writer.pager, 2), (Writer.progress, 1),
    (Writer.clear, 1),
]  # fmt: skip
_MAKERS = [maker for maker, _ in _TABLE]
_WEIGHTS = [weight for _, weight in _TABLE]


def pieces(seed: int) -> tuple[int, int, list[str]]:
    """Columns, rows and what a seed's programs send."""
    rng = random.Random(seed)
    cols, rows = rng.choice(SIZES)
    writer = Writer(rng, cols, rows)
    return cols, rows, [writer.piece() for _ in range(rng.randint(4, 30))]


def case(seed: int) -> Case:
    """The case of a seed, cut at random places, looked at in its course and at its end."""
    cols, rows, parts = pieces(seed)
    return cut(cols, rows, parts, random.Random(-seed - 1))


def cut(cols: int, rows: int, parts: list[str], rng: random.Random) -> Case:
    """Pieces in reads of random sizes."""
    steps: list[Step] = []
    data = b""
    for number, part in enumerate(parts):
        data += part.encode()
        if number % 8 == 7:
            steps += [*_reads(data, rng), LookAt()]
            data = b""
    return Case(cols, rows, (*steps, *_reads(data, rng), LookAt()))


def _reads(data: bytes, rng: random.Random) -> list[Feed]:
    reads = []
    at = 0
    while at < len(data):
        size = rng.choice((1, 2, 3, 7, 30, 200, 4096, 4096))
        reads.append(Feed(data[at : at + size]))
        at += size
    return reads


def coloured_case(seed: int) -> Case:
    """Colours of the palette and the defaults, changed, asked for and given back."""
    rng = random.Random(seed)
    writer = Writer(rng, 40, 10)
    parts = []
    for _ in range(rng.randint(2, 20)):
        digits = rng.randint(1, 4)
        hexes = ["".join(rng.choices("0123456789abcdefABCDEF", k=digits)) for _ in range(3)]
        colour = rng.choice(("rgb:" + "/".join(hexes), "#" + "".join(hexes), "?", "rgb:1/2", "#12345", ""))
        index = rng.choice((0, 1, 4, 7, 8, 15, 16, 200, 255, 256, 300))
        end = rng.choice(("\x07", "\x1b\\"))
        parts += [
            rng.choice(
                (
                    f"\x1b]4;{index};{colour}{end}",
                    f"\x1b]4;{index};{colour};{rng.randrange(256)};#123456{end}",
                    f"\x1b]{rng.choice((10, 11, 12))};{colour}{end}",
                    f"\x1b]10;{colour};{colour};#abcdef{end}",
                    f"\x1b]104;{index}{end}",
                    f"\x1b]104;{index};1;{index}{end}",
                    f"\x1b]{rng.choice((104, 110, 111, 112))}{end}",
                )
            ),
            rng.choice((writer.text, writer.sgr, writer.ascii))(),
        ]
    return cut(40, 10, parts, random.Random(-seed - 1))


def flowing_case(seed: int) -> Case:
    """Lines as shells and logs print them, and new sizes in between.

    The cursor is at the start of a line at each new size: xterm.js leaves its column as it was. No glyphs of several
    code points: it writes some of them twice.
    """
    rng = random.Random(seed)
    width, rows = rng.choice(SIZES[:4])
    writer = Writer(rng, width, rows)
    steps: list[Step] = []
    for _ in range(rng.randint(2, 5)):
        for _ in range(rng.randint(1, 12)):
            line = f"{writer.sgr()}{' '.join(rng.choices(WORDS, k=rng.choice((1, 4, 20))))}\x1b[m{writer.ascii()}\r\n"
            steps += _reads(line.encode(), rng)
        size = Resize(rng.choice((5, 10, 21, 33, 60, 120)), rng.choice((3, 6, 11, 24)))
        steps += [StackAt(), size, StackAt()]
    return Case(width, rows, tuple(steps))
