// Runs the script of DHAT's viewer on a page that keeps what is put into it, and says what it shows.
"use strict";

const fs = require("fs");
const vm = require("vm");

class Node {
  constructor(text) {
    this.text = text;
    this.childNodes = [];
    this.classList = { contains: () => false, toggle() {} };
  }
  appendChild(node) {
    node.parentNode = this;
    this.childNodes.push(node);
  }
  replaceChild(next, old) {
    this.childNodes[this.childNodes.indexOf(old)] = next;
    next.parentNode = this;
  }
  cloneNode() {
    return new Node();
  }
  get selectedIndex() {
    return Math.max(0, this.childNodes.findIndex((node) => node.selected));
  }
  set textContent(text) {
    this.text = text;
    this.childNodes = [];
  }
  get textContent() {
    return (this.text ?? "") + this.childNodes.map((node) => node.textContent).join("");
  }
}

const [viewer, file] = process.argv.slice(2);
const document = {
  body: new Node(),
  location: { search: "" },
  createElement: () => new Node(),
  createTextNode: (text) => new Node(text),
};
const context = vm.createContext({ document, URLSearchParams, performance, Intl, console });
const show = `
  onLoad();
  gFilename = "file";
  gData = JSON.parse(given);
  buildTree();
  displayTree(0, 0, 0);
  ({ root: gRoot, text: gMainDiv.textContent, pps: gData.pps, ftbl: gData.ftbl });
`;
context.given = fs.readFileSync(file, "utf8");
vm.runInContext(fs.readFileSync(viewer, "utf8"), context);
const { root, text, pps, ftbl } = vm.runInContext(show, context);
console.log(
  JSON.stringify({
    text,
    blocks: root._totalBlocks,
    bytes: root._totalBytes,
    at_peak: root._atTGmaxBytes,
    live_blocks: root._atTEndBlocks,
    live_bytes: root._atTEndBytes,
    points: pps.map((point) => ({ ...point, fs: point.fs.map((frame) => ftbl[frame]) })),
  })
);
