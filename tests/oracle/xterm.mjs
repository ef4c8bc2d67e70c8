// An independent terminal: xterm.js without a screen, with its grapheme addon. One case per line of standard input, one
// answer per line of standard output. A case: {cols, rows, steps: [["write", base64] | ["resize", cols, rows] | ["look"] |
// ["stack"]]}.
// The answer: one for each "look" and each "stack" (the rows of the scrollback and the screen); see `looks.py`.
//
// The first argument is the folder with node_modules. `amend` says where xterm.js is made to do as xterm does, and why.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

// The addon reads its tables from the start of a buffer's memory, so a buffer of the shared pool would give it other tables.
Buffer.poolSize = 0;
const require = createRequire(process.argv[2] + "/");
const { Terminal } = require("@xterm/headless");
const { UnicodeGraphemesAddon } = require("@xterm/addon-unicode-graphemes");

const TAIL = "\0";
const SCROLLBACK = 1000;
const COLOUR_MODE = 0x3000000;
const RGB = 0x3000000;
const [BOLD, DIM, ITALIC, UNDERLINE, BLINK, REVERSE, CONCEAL, STRIKE, OVERLINE] = [...Array(9).keys()].map((n) => 1 << n);
const UNDERLINES = [0, 0, 1 << 9, 1 << 10, 1 << 11, 1 << 12];

let current;

function amend(terminal) {
  const core = terminal._core;
  // A wide glyph that is cut in two leaves a blank in its own style, not in that of what cut it.
  // (The column that a wide glyph leaves free when it wraps is in the style of the glyph: there the row is not the cursor's.)
  current = core;
  const line = Object.getPrototypeOf(core._bufferService.buffer.lines.get(0));
  const set = (line.original ??= line.setCellFromCodepoint);
  line.setCellFromCodepoint = function (x, code, width, attrs) {
    const buffer = current._bufferService.buffer;
    const isLeft = attrs === current._inputHandler._curAttrData && this !== buffer.lines.get(buffer.ybase + buffer.y);
    const isCut = code === 0 && width === 1 && this.getWidth(x) !== 1 && !isLeft;
    set.call(this, x, code, width, isCut ? this.loadCell(x, terminal.buffer.active.getNullCell()) : attrs);
  };
  // Functions on columns after a full row begin at its last cell: beyond it they would begin at the first.
  for (const final of "}~") {
    terminal.parser.registerCsiHandler({ intermediates: "'", final }, () => {
      const buffer = core._bufferService.buffer;
      buffer.x = Math.min(buffer.x, terminal.cols - 1);
      return false;
    });
  }
  // DECSC keeps the place on the screen (not in the scrollback), the style of the underline and the origin mode.
  const handler = core._inputHandler;
  const { saveCursor, restoreCursor } = handler;
  const modes = core.coreService.decPrivateModes;
  handler.saveCursor = function () {
    const buffer = core._bufferService.buffer;
    buffer.kept = { y: buffer.y, extended: this._curAttrData.extended.clone(), origin: modes.origin, glevel: core._charsetService.glevel };
    return saveCursor.call(this);
  };
  handler.restoreCursor = function () {
    const buffer = core._bufferService.buffer;
    const kept = buffer.kept ?? { y: 0, extended: this._curAttrData.extended, origin: false, glevel: 0 };
    buffer.savedY = buffer.ybase + Math.min(kept.y, terminal.rows - 1);
    modes.origin = kept.origin;
    restoreCursor.call(this);
    const link = this._curAttrData.extended.urlId;
    this._curAttrData.extended = kept.extended.clone();
    this._curAttrData.extended.urlId = link;
    this._curAttrData.updateExtended();
    core._charsetService.setgLevel(kept.glevel);
    return true;
  };
  const erased = () => core._inputHandler._eraseAttrData();
  const count = (params) => Math.min(params[0] || 1, terminal.rows);
  // SU of a region that begins at the first row feeds the scrollback, as a line feed does.
  terminal.parser.registerCsiHandler({ final: "S" }, (params) => {
    const buffer = core._bufferService.buffer;
    if (buffer.scrollTop > 0 || terminal.buffer.active.type === "alternate") return false;
    for (let n = Math.min(count(params), buffer.scrollBottom + 1); n > 0; n--) core._bufferService.scroll(erased());
    return true;
  });
  // SD brings in blanks of the background colour, as SU does.
  terminal.parser.registerCsiHandler({ final: "T" }, (params) => {
    const buffer = core._bufferService.buffer;
    for (let n = count(params); n > 0; n--) {
      buffer.lines.splice(buffer.ybase + buffer.scrollBottom, 1);
      buffer.lines.splice(buffer.ybase + buffer.scrollTop, 0, buffer.getBlankLine(erased()));
    }
    return true;
  });
}

function colour(value) {
  const mode = value & COLOUR_MODE;
  if (mode === 0) return -1;
  return mode === RGB ? (1 << 24) | (value & 0xffffff) : value & 0xff;
}

function styleOf(core, cell) {
  let attrs = 0;
  if (cell.isBold()) attrs |= BOLD;
  if (cell.isDim()) attrs |= DIM;
  if (cell.isItalic()) attrs |= ITALIC;
  if (cell.isBlink()) attrs |= BLINK;
  if (cell.isInverse()) attrs |= REVERSE;
  if (cell.isInvisible()) attrs |= CONCEAL;
  if (cell.isStrikethrough()) attrs |= STRIKE;
  if (cell.isOverline()) attrs |= OVERLINE;
  const extended = cell.hasExtendedAttrs() ? cell.extended : undefined;
  let line = -1;
  if (cell.fg & 0x10000000) {
    attrs |= UNDERLINE;
    if (extended) {
      attrs |= UNDERLINES[(extended._ext >>> 26) & 7];
      // SGR 59 stores "all bits set" there.
      const of = extended._ext & 0x3ffffff;
      line = of === 0x3ffffff ? -1 : colour(of);
    }
  }
  const link = extended && extended.urlId ? core._oscLinkService.getLinkData(extended.urlId)?.uri ?? "" : "";
  return JSON.stringify([colour(cell.fg), colour(cell.bg), attrs, line, link]);
}

function rowOf(core, line, cols, styles, cell) {
  let text = "";
  const parts = [];
  const runs = [];
  let last = -1;
  for (let x = 0; x < cols; x++) {
    line.getCell(x, cell);
    parts.push(cell.getWidth() === 0 && !cell.getChars() ? TAIL : cell.getChars() || " ");
    const key = styleOf(core, cell);
    if (!styles.has(key)) styles.set(key, styles.size);
    const number = styles.get(key);
    if (number === last) runs[runs.length - 1][0]++;
    else runs.push([1, (last = number)]);
  }
  text = parts.join("\x1f");
  return [text, runs];
}

function look(terminal) {
  const core = terminal._core;
  const buffer = terminal.buffer.active;
  const styles = new Map();
  const cell = buffer.getNullCell();
  const rows = [];
  const wrapped = [];
  for (let y = 0; y < terminal.rows; y++) {
    const line = buffer.getLine(buffer.baseY + y);
    rows.push(rowOf(core, line, terminal.cols, styles, cell));
    const next = buffer.getLine(buffer.baseY + y + 1);
    wrapped.push(Boolean(next && next.isWrapped));
  }
  const main = terminal.buffer.normal;
  const history = [];
  for (let y = 0; y < main.baseY; y++) history.push(main.getLine(y).translateToString(true));
  const modes = terminal.modes;
  const set = [];
  if (modes.applicationCursorKeysMode) set.push(1);
  if (modes.originMode) set.push(6);
  if (modes.wraparoundMode) set.push(7);
  if (!core.coreService.isCursorHidden) set.push(25);
  if (modes.applicationKeypadMode) set.push(66);
  if (modes.sendFocusMode) set.push(1004);
  if (modes.bracketedPasteMode) set.push(2004);
  if (modes.synchronizedOutputMode) set.push(2026);
  const mouse = { none: 0, x10: 9, vt200: 1000, drag: 1002, any: 1003 }[modes.mouseTrackingMode];
  if (mouse) set.push(mouse);
  return {
    rows,
    styles: [...styles.keys()].map((key) => JSON.parse(key)),
    wrapped,
    cursor: [buffer.cursorX, buffer.cursorY],
    alternate: buffer.type === "alternate",
    modes: set,
    history,
    title: terminal.lookTitle ?? "",
    colours: [...terminal.lookColours],
  };
}

// What a theme of xterm.js does with these: 0 a question, 1 a colour, 2 back to the theme's (all of the palette without an index).
function recolour(colours, { type, index, color }) {
  if (type === 1) colours.set(index, (color[0] << 16) | (color[1] << 8) | color[2]);
  else if (type === 2 && index !== undefined) colours.delete(index);
  else if (type === 2) for (const key of [...colours.keys()]) if (key < 256) colours.delete(key);
}

function stack(terminal) {
  const buffer = terminal.buffer.active;
  const styles = new Map();
  const cell = buffer.getNullCell();
  const rows = [];
  for (let y = 0; y < buffer.length; y++) rows.push(rowOf(terminal._core, buffer.getLine(y), terminal.cols, styles, cell));
  return { rows, styles: [...styles.keys()].map((key) => JSON.parse(key)) };
}

async function play({ cols, rows, steps }) {
  const terminal = new Terminal({
    cols, rows, scrollback: SCROLLBACK, allowProposedApi: true, reflowCursorLine: true, logLevel: "off",
    windowOptions: { pushTitle: true, popTitle: true },
  });
  terminal.loadAddon(new UnicodeGraphemesAddon());
  terminal.unicode.activeVersion = "15-graphemes";
  terminal.onTitleChange((title) => (terminal.lookTitle = title));
  amend(terminal);
  terminal.lookColours = new Map();
  terminal._core._inputHandler.onColor((changes) => changes.forEach((change) => recolour(terminal.lookColours, change)));
  const looks = [];
  // Its own decoder loses characters of three bytes that are cut after the second one.
  const decoder = new TextDecoder();
  for (const [kind, ...rest] of steps) {
    if (kind === "write") await new Promise((done) => terminal.write(decoder.decode(Buffer.from(rest[0], "base64"), { stream: true }), done));
    else if (kind === "resize") terminal.resize(...rest);
    else looks.push(kind === "stack" ? stack(terminal) : look(terminal));
  }
  terminal.dispose();
  return looks;
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(await play(JSON.parse(line))) + "\n");
}
