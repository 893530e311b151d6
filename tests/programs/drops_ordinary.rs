//! Ordinary code: a tokenizer and a parser, searches in graphs, tables, caches, trees. It compiles
//! without a warning, and behaves as it does without the trace.
#![deny(warnings)]
#![allow(clippy::all, clippy::pedantic, clippy::print_stdout, reason = "it is no code of this project")]

use std::cell::RefCell;
use std::cmp::{Ordering, Reverse};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet, VecDeque};
use std::fmt::{self, Write as _};
use std::rc::{Rc, Weak};
use trace_memory::trace_memory;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Num(f64),
    Ident(String),
    Op(char),
    LParen,
    RParen,
    Str(String),
}

#[derive(Debug)]
enum Error {
    Unexpected(char, usize),
    Eof,
    Parse(std::num::ParseFloatError),
    Msg(String),
}
impl fmt::Display for Error {
    #[trace_memory]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unexpected(c, at) => write!(f, "unexpected {c:?} at {at}"),
            Error::Eof => f.write_str("eof"),
            Error::Parse(e) => write!(f, "parse: {e}"),
            Error::Msg(m) => f.write_str(m),
        }
    }
}
impl std::error::Error for Error {}
impl From<std::num::ParseFloatError> for Error {
    #[trace_memory]
    fn from(e: std::num::ParseFloatError) -> Self {
        Error::Parse(e)
    }
}

#[trace_memory]
fn tokenize(input: &str) -> Result<Vec<Token>, Error> {
    let mut tokens = Vec::new();
    let mut chars = input.char_indices().peekable();
    while let Some(&(at, c)) = chars.peek() {
        match c {
            ' ' | '\t' | '\n' => {
                chars.next();
            }
            '0'..='9' | '.' => {
                let mut text = String::new();
                while let Some(&(_, d)) = chars.peek() {
                    if d.is_ascii_digit() || d == '.' {
                        text.push(d);
                        chars.next();
                    } else {
                        break;
                    }
                }
                tokens.push(Token::Num(text.parse()?));
            }
            'a'..='z' | 'A'..='Z' | '_' => {
                let ident: String = std::iter::from_fn(|| {
                    chars.next_if(|(_, c)| c.is_alphanumeric() || *c == '_').map(|(_, c)| c)
                })
                .collect();
                tokens.push(Token::Ident(ident));
            }
            '+' | '-' | '*' | '/' => {
                chars.next();
                tokens.push(Token::Op(c));
            }
            '(' => {
                chars.next();
                tokens.push(Token::LParen)
            }
            ')' => {
                chars.next();
                tokens.push(Token::RParen)
            }
            '"' => {
                chars.next();
                let mut s = String::new();
                loop {
                    let (_, c) = chars.next().ok_or(Error::Eof)?;
                    match c {
                        '"' => break,
                        '\\' => match chars.next() {
                            Some((_, 'n')) => s.push('\n'),
                            Some((_, other)) => s.push(other),
                            None => return Err(Error::Eof),
                        },
                        c => s.push(c),
                    }
                }
                tokens.push(Token::Str(s));
            }
            other => return Err(Error::Unexpected(other, at)),
        }
    }
    Ok(tokens)
}

#[derive(Debug, Clone)]
enum Ast {
    Num(f64),
    Var(String),
    Bin(Box<Ast>, char, Box<Ast>),
    Call(String, Vec<Ast>),
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    depth: usize,
}
impl<'t> Parser<'t> {
    #[trace_memory]
    fn new(tokens: &'t [Token]) -> Self {
        Self { tokens, at: 0, depth: 0 }
    }
    #[trace_memory]
    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }
    #[trace_memory]
    fn next(&mut self) -> Option<&'t Token> {
        let t = self.tokens.get(self.at);
        self.at += 1;
        t
    }
    #[trace_memory]
    fn expr(&mut self, min: u8) -> Result<Ast, Error> {
        self.depth += 1;
        if self.depth > 50 {
            return Err(Error::Msg(format!("too deep: {}", self.depth)));
        }
        let mut left = self.atom()?;
        loop {
            let op = match self.peek() {
                Some(Token::Op(c)) => *c,
                _ => break,
            };
            let (lp, rp) = match op {
                '+' | '-' => (1, 2),
                '*' | '/' => (3, 4),
                _ => unreachable!(),
            };
            if lp < min {
                break;
            }
            self.next();
            let right = self.expr(rp)?;
            left = Ast::Bin(Box::new(left), op, Box::new(right));
        }
        self.depth -= 1;
        Ok(left)
    }
    #[trace_memory]
    fn atom(&mut self) -> Result<Ast, Error> {
        match self.next().ok_or(Error::Eof)? {
            Token::Num(n) => Ok(Ast::Num(*n)),
            Token::Ident(name) => {
                let name = name.clone();
                if let Some(Token::LParen) = self.peek() {
                    self.next();
                    let mut args = vec![];
                    while !matches!(self.peek(), Some(Token::RParen) | None) {
                        let arg = self.expr(0)?;
                        args.push(arg);
                    }
                    let Some(Token::RParen) = self.next() else { return Err(Error::Eof) };
                    return Ok(Ast::Call(name, args));
                }
                Ok(Ast::Var(name))
            }
            Token::LParen => {
                let inner = self.expr(0)?;
                match self.next() {
                    Some(Token::RParen) => Ok(inner),
                    Some(t) => Err(Error::Msg(format!("bad {t:?}"))),
                    None => Err(Error::Eof),
                }
            }
            other => Err(Error::Msg(format!("unexpected {:?}", other))),
        }
    }
}

#[trace_memory]
fn eval(ast: &Ast, env: &HashMap<String, f64>) -> Result<f64, Box<dyn std::error::Error>> {
    Ok(match ast {
        Ast::Num(n) => *n,
        Ast::Var(v) => *env.get(v).ok_or_else(|| format!("unknown {v}"))?,
        Ast::Bin(l, op, r) => {
            let (l, r) = (eval(l, env)?, eval(r, env)?);
            match op {
                '+' => l + r,
                '-' => l - r,
                '*' => l * r,
                '/' if r == 0.0 => return Err("div".into()),
                '/' => l / r,
                _ => unreachable!("{op}"),
            }
        }
        Ast::Call(name, args) => {
            let args = args.iter().map(|a| eval(a, env)).collect::<Result<Vec<_>, _>>()?;
            match (name.as_str(), args.as_slice()) {
                ("max", [first, rest @ ..]) => rest.iter().fold(*first, |a, b| a.max(*b)),
                ("sum", all) => all.iter().sum(),
                (n, a) => return Err(format!("no {n}/{}", a.len()).into()),
            }
        }
    })
}

#[derive(Debug, PartialEq, Eq)]
struct State {
    cost: u32,
    node: usize,
}
impl Ord for State {
    #[trace_memory]
    fn cmp(&self, other: &Self) -> Ordering {
        other.cost.cmp(&self.cost).then_with(|| self.node.cmp(&other.node))
    }
}
impl PartialOrd for State {
    #[trace_memory]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[trace_memory]
fn dijkstra(
    graph: &BTreeMap<usize, Vec<(usize, u32)>>,
    start: usize,
    goal: usize,
) -> Option<(u32, Vec<usize>)> {
    let mut dist: HashMap<usize, u32> = HashMap::new();
    let mut prev = HashMap::new();
    let mut heap = BinaryHeap::new();
    dist.insert(start, 0);
    heap.push(State { cost: 0, node: start });
    while let Some(State { cost, node }) = heap.pop() {
        if node == goal {
            let mut path = vec![goal];
            let mut at = goal;
            while let Some(&p) = prev.get(&at) {
                path.push(p);
                at = p;
            }
            path.reverse();
            return Some((cost, path));
        }
        if cost > *dist.get(&node).unwrap_or(&u32::MAX) {
            continue;
        }
        for &(next, weight) in graph.get(&node).into_iter().flatten() {
            let next_state = State { cost: cost + weight, node: next };
            let best = dist.entry(next).or_insert(u32::MAX);
            if next_state.cost < *best {
                *best = next_state.cost;
                prev.insert(next, node);
                heap.push(next_state);
            }
        }
    }
    None
}

#[trace_memory]
fn bfs<'g>(edges: &'g HashMap<&'g str, Vec<&'g str>>, from: &'g str) -> Vec<&'g str> {
    let mut seen = HashSet::new();
    let mut queue = VecDeque::from([from]);
    let mut order = Vec::with_capacity(edges.len());
    while let Some(node) = queue.pop_front() {
        if !seen.insert(node) {
            continue;
        }
        order.push(node);
        let Some(next) = edges.get(node) else { continue };
        queue.extend(next.iter().copied().filter(|n| !seen.contains(n)));
    }
    order
}

#[trace_memory]
fn table(rows: &[Vec<String>], header: &[&str]) -> Result<String, fmt::Error> {
    let mut widths: Vec<usize> = header.iter().map(|h| h.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.len());
        }
    }
    let mut out = String::new();
    let line = widths.iter().map(|w| "-".repeat(*w + 2)).collect::<Vec<_>>().join("+");
    writeln!(out, "+{line}+")?;
    for (i, h) in header.iter().enumerate() {
        let sep = if i == 0 { "|" } else { "" };
        write!(out, "{sep} {h:<w$} |", w = widths[i])?;
    }
    out.push('\n');
    for row in rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(c, w)| format!(" {c:>w$} ")).collect();
        let joined = cells.join("|");
        out += &format!("|{joined}|\n");
    }
    out.push_str(&line);
    Ok(out)
}

struct Lru<K, V> {
    map: HashMap<K, (V, u64)>,
    order: VecDeque<(K, u64)>,
    cap: usize,
    clock: u64,
}
impl<K: Clone + Eq + std::hash::Hash, V> Lru<K, V> {
    #[trace_memory]
    fn new(cap: usize) -> Self {
        Lru { map: HashMap::with_capacity(cap), order: VecDeque::new(), cap, clock: 0 }
    }
    #[trace_memory]
    fn get(&mut self, key: &K) -> Option<&V> {
        self.clock += 1;
        let clock = self.clock;
        let entry = self.map.get_mut(key)?;
        entry.1 = clock;
        self.order.push_back((key.clone(), clock));
        Some(&entry.0)
    }
    #[trace_memory]
    fn put(&mut self, key: K, value: V) -> Option<V> {
        self.clock += 1;
        self.order.push_back((key.clone(), self.clock));
        let old = match self.map.entry(key) {
            Entry::Occupied(mut e) => Some(e.insert((value, self.clock)).0),
            Entry::Vacant(e) => {
                e.insert((value, self.clock));
                None
            }
        };
        while self.map.len() > self.cap {
            let Some((key, stamp)) = self.order.pop_front() else { break };
            let stale = self.map.get(&key).is_none_or(|(_, s)| *s != stamp);
            if !stale {
                self.map.remove(&key);
            }
        }
        old
    }
    #[trace_memory]
    fn get_or_insert_with<F>(&mut self, key: K, make: F) -> &mut V
    where
        F: FnOnce(&K) -> V,
    {
        let clock = self.clock;
        &mut self.map.entry(key).or_insert_with_key(|k| (make(k), clock)).0
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct Matrix<const R: usize, const C: usize>([[f64; C]; R]);
impl<const R: usize, const C: usize, const K: usize> std::ops::Mul<Matrix<C, K>> for Matrix<R, C> {
    type Output = Matrix<R, K>;
    #[trace_memory]
    fn mul(self, rhs: Matrix<C, K>) -> Self::Output {
        let mut out = [[0.0; K]; R];
        for (i, row) in out.iter_mut().enumerate() {
            for (j, cell) in row.iter_mut().enumerate() {
                *cell = (0..C).map(|k| self.0[i][k] * rhs.0[k][j]).sum();
            }
        }
        Matrix(out)
    }
}

#[trace_memory]
fn read_csv(text: &str) -> Result<Vec<HashMap<String, String>>, String> {
    let mut lines = text.lines().enumerate();
    let (_, header) = lines.next().ok_or("empty")?;
    let header: Vec<String> = header.split(',').map(str::trim).map(str::to_owned).collect();
    let mut rows = Vec::new();
    'rows: for (number, line) in lines {
        if line.is_empty() {
            continue 'rows;
        }
        let mut fields = vec![];
        let mut field = String::new();
        let mut quoted = false;
        for c in line.chars() {
            match (c, quoted) {
                ('"', _) => quoted = !quoted,
                (',', false) => fields.push(std::mem::take(&mut field)),
                ('#', false) if fields.is_empty() => continue 'rows,
                (c, _) => field.push(c),
            }
        }
        fields.push(field);
        if quoted {
            return Err(format!("line {}: open quote", number + 1));
        }
        if fields.len() != header.len() {
            return Err(format!("line {}: {} fields, not {}", number + 1, fields.len(), header.len()));
        }
        let row: HashMap<_, _> = header.iter().cloned().zip(fields).collect();
        rows.push(row);
    }
    Ok(rows)
}

#[derive(Debug)]
enum Conn {
    Idle,
    Connecting { host: String, tries: u32 },
    Open(Vec<u8>),
    Closed { reason: Option<String> },
}
impl Conn {
    #[trace_memory]
    fn step(self, input: Option<&[u8]>) -> Self {
        match (self, input) {
            (Conn::Idle, Some(host)) => {
                Conn::Connecting { host: String::from_utf8_lossy(host).into_owned(), tries: 0 }
            }
            (Conn::Connecting { host, tries }, None) if tries < 2 => {
                Conn::Connecting { host, tries: tries + 1 }
            }
            (Conn::Connecting { host, .. }, None) => Conn::Closed { reason: Some(format!("{host} gone")) },
            (Conn::Connecting { .. }, Some(_)) => Conn::Open(Vec::new()),
            (Conn::Open(mut buf), Some(data)) => {
                buf.extend_from_slice(data);
                Conn::Open(buf)
            }
            (Conn::Open(_), None) => Conn::Closed { reason: None },
            (state @ (Conn::Closed { .. } | Conn::Idle), _) => state,
        }
    }
}

#[trace_memory]
fn events() -> Vec<String> {
    let mut queue = BinaryHeap::new();
    queue.push(Reverse((3, String::from("c"))));
    queue.push(Reverse((1, String::from("a"))));
    let mut log = Vec::new();
    let mut handlers: Vec<(u32, Box<dyn FnMut(&str) -> Option<(u32, String)>>)> = Vec::new();
    let mut count = 0;
    handlers.push((
        1,
        Box::new(move |name| {
            count += 1;
            (count < 3).then(|| (count * 2, format!("{name}{count}")))
        }),
    ));
    while let Some(Reverse((time, name))) = queue.pop() {
        for (_, handler) in handlers.iter_mut().filter(|(id, _)| *id <= time) {
            if let Some((delay, next)) = handler(&name) {
                queue.push(Reverse((time + delay, next)));
            }
        }
        log.push(format!("{time}:{name}"));
    }
    log.sort_by_key(|entry| Reverse(entry.len()));
    log.dedup_by(|a, b| a == b);
    log
}

#[derive(Default)]
struct Arena<T> {
    nodes: Vec<Node<T>>,
    free: Option<usize>,
}
struct Node<T> {
    value: T,
    children: Vec<usize>,
    parent: Option<usize>,
}
impl<T: fmt::Display + Ord> Arena<T> {
    #[trace_memory]
    fn add(&mut self, value: T, parent: Option<usize>) -> usize {
        let id = self.nodes.len();
        self.nodes.push(Node { value, children: Vec::new(), parent });
        if let Some(parent) = parent {
            self.nodes[parent].children.push(id);
        }
        self.free.take();
        id
    }
    #[trace_memory]
    fn walk<'a>(&'a self, root: usize) -> impl Iterator<Item = (usize, &'a T)> + 'a {
        let mut stack = vec![(0, root)];
        std::iter::from_fn(move || {
            let (depth, id) = stack.pop()?;
            let node = self.nodes.get(id)?;
            stack.extend(node.children.iter().rev().map(|&c| (depth + 1, c)));
            Some((depth, &node.value))
        })
    }
    #[trace_memory]
    fn depth(&self, mut id: usize) -> usize {
        let mut depth = 0;
        while let Some(parent) = self.nodes[id].parent {
            id = parent;
            depth += 1;
        }
        depth
    }
    #[trace_memory]
    fn max(&self) -> Option<&T> {
        self.nodes.iter().map(|n| &n.value).max()
    }
}

#[derive(Debug)]
struct Tree {
    name: String,
    parent: RefCell<Weak<Tree>>,
    kids: RefCell<Vec<Rc<Tree>>>,
}
impl Tree {
    #[trace_memory]
    fn new(name: impl Into<String>) -> Rc<Self> {
        Rc::new(Tree { name: name.into(), parent: RefCell::default(), kids: RefCell::new(vec![]) })
    }
    #[trace_memory]
    fn adopt(self: &Rc<Self>, kid: Rc<Tree>) -> &Rc<Self> {
        *kid.parent.borrow_mut() = Rc::downgrade(self);
        self.kids.borrow_mut().push(kid);
        self
    }
    #[trace_memory]
    fn path(&self) -> String {
        match self.parent.borrow().upgrade() {
            Some(p) => p.path() + "/" + &self.name,
            None => self.name.clone(),
        }
    }
}

enum List {
    Nil,
    Cons(i32, Box<List>),
}
impl List {
    #[trace_memory]
    fn push(self, v: i32) -> List {
        List::Cons(v, Box::new(self))
    }
    #[trace_memory]
    fn rev(self) -> List {
        let mut out = List::Nil;
        let mut cur = self;
        while let List::Cons(v, rest) = cur {
            out = out.push(v);
            cur = *rest;
        }
        out
    }
    #[trace_memory]
    fn sum(&self) -> i32 {
        match self {
            List::Nil => 0,
            List::Cons(v, rest) => v + rest.sum(),
        }
    }
}

struct Bst<K, V> {
    root: Option<Box<BNode<K, V>>>,
}
struct BNode<K, V> {
    key: K,
    value: V,
    left: Option<Box<BNode<K, V>>>,
    right: Option<Box<BNode<K, V>>>,
}
impl<K: Ord, V> Bst<K, V> {
    #[trace_memory]
    fn insert(&mut self, key: K, value: V) -> Option<V> {
        let mut at = &mut self.root;
        while let Some(node) = at {
            match key.cmp(&node.key) {
                Ordering::Less => at = &mut node.left,
                Ordering::Greater => at = &mut node.right,
                Ordering::Equal => return Some(std::mem::replace(&mut node.value, value)),
            }
        }
        *at = Some(Box::new(BNode { key, value, left: None, right: None }));
        None
    }
    #[trace_memory]
    fn get(&self, key: &K) -> Option<&V> {
        let mut at = self.root.as_deref();
        while let Some(node) = at {
            at = match key.cmp(&node.key) {
                Ordering::Less => node.left.as_deref(),
                Ordering::Greater => node.right.as_deref(),
                Ordering::Equal => return Some(&node.value),
            };
        }
        None
    }
    #[trace_memory]
    fn pop_first(&mut self) -> Option<(K, V)> {
        fn go<K, V>(mut node: Box<BNode<K, V>>) -> ((K, V), Option<Box<BNode<K, V>>>) {
            match node.left.take() {
                Some(left) => {
                    let (kv, rest) = go(left);
                    node.left = rest;
                    (kv, Some(node))
                }
                None => {
                    let BNode { key, value, right, .. } = *node;
                    ((key, value), right)
                }
            }
        }
        let root = self.root.take()?;
        let (kv, rest) = go(root);
        self.root = rest;
        Some(kv)
    }
}

#[trace_memory]
fn word_count<R: std::io::BufRead>(reader: R, stop: &[&str]) -> std::io::Result<Vec<(String, usize)>> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for line in reader.lines() {
        let line = line?;
        for word in line
            .split_whitespace()
            .map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
            .filter(|w| !w.is_empty())
        {
            if stop.contains(&word.as_str()) {
                continue;
            }
            *counts.entry(word).or_default() += 1;
        }
    }
    let mut list: Vec<_> = counts.into_iter().collect();
    list.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
    list.truncate(3);
    Ok(list)
}

#[trace_memory]
fn config(
    args: impl Iterator<Item = String>,
) -> Result<(String, u16, bool), Box<dyn std::error::Error + Send + Sync>> {
    let mut host = None;
    let mut port = None;
    let mut verbose = false;
    let mut args = args.skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-h" | "--host" => host = Some(args.next().ok_or("missing host")?),
            "-p" => {
                let value = args.next().ok_or_else(|| "missing port".to_string())?;
                port = Some(value.parse::<u16>().map_err(|e| format!("{value}: {e}"))?);
            }
            "-v" => verbose = true,
            s if s.starts_with("--host=") => host = s.strip_prefix("--host=").map(Into::into),
            _ => return Err(format!("unknown {arg}").into()),
        }
    }
    let host = host.unwrap_or_else(|| "localhost".to_owned());
    Ok((host, port.unwrap_or(80), verbose))
}

fn main() {
    for s in ["1+2*(3-x)", "max(1 2 y)", "\"a\\n", "1/0", "$", "1.2.3", "sum(1 2 3) * 2"] {
        let env = HashMap::from([("x".to_string(), 1.5), ("y".to_string(), 9.0)]);
        match tokenize(s) {
            Ok(t) => {
                let mut p = Parser::new(&t);
                match p.expr(0) {
                    Ok(a) => println!("{a:?} = {:?}", eval(&a, &env).map_err(|e| e.to_string())),
                    Err(e) => println!("{e}"),
                }
            }
            Err(e) => println!("{e}"),
        }
    }
    let g = BTreeMap::from([(0, vec![(1, 4), (2, 1)]), (2, vec![(1, 2)]), (1, vec![(3, 5)])]);
    println!("{:?} {:?}", dijkstra(&g, 0, 3), dijkstra(&g, 3, 0));
    let e = HashMap::from([("a", vec!["b", "c"]), ("b", vec!["c", "d"]), ("d", vec!["a"])]);
    println!("{:?}", bfs(&e, "a"));
    println!(
        "{}",
        table(&[vec!["x".into(), "hello".into()], vec!["long one".into(), "1".into()]], &["A", "Bee"])
            .unwrap()
    );
    let mut c = Lru::new(2);
    println!(
        "{:?} {:?} {:?} {:?} {:?}",
        c.put("a", 1.to_string()),
        c.put("b", 2.to_string()),
        c.get(&"a").cloned(),
        c.put("c", 3.to_string()),
        c.get(&"b")
    );
    println!("{:?}", c.get_or_insert_with("z", |k| k.repeat(2)));
    println!("{:?}", Matrix([[1.0, 2.0]]) * Matrix([[3.0], [4.0]]));
    println!(
        "{:?} {:?} {:?}",
        read_csv("a,b\n1,\"x,y\"\n#c\n\n").map(|r| r.len()),
        read_csv("a\n\"x"),
        read_csv("")
    );
    let mut s = Conn::Idle;
    for i in [Some(&b"h"[..]), None, Some(b"x"), Some(b"yy"), None, None] {
        s = s.step(i);
        println!("{s:?}");
        if let Conn::Closed { reason: Some(r) } = &s {
            println!("{r}");
        }
    }
    println!("{:?}", events());
    let mut a = Arena::<String>::default();
    let r = a.add("r".into(), None);
    let k = a.add("k".into(), Some(r));
    a.add("m".into(), Some(k));
    println!("{:?} {} {:?}", a.walk(r).collect::<Vec<_>>(), a.depth(2), a.max());
    let root = Tree::new("root");
    let kid = Tree::new(String::from("kid"));
    root.adopt(kid.clone()).adopt(Tree::new("k2"));
    println!("{}", kid.path());
    println!("{}", List::Nil.push(1).push(2).rev().push(4).sum());
    let mut b = Bst { root: None };
    for (k, v) in [(3, "c"), (1, "a"), (2, "b"), (3, "d")] {
        println!("{:?}", b.insert(k, v.to_string()));
    }
    println!("{:?} {:?} {:?}", b.get(&2).cloned(), b.pop_first(), b.get(&1));
    println!("{:?}", word_count("the cat the Dog, a dog! fish".as_bytes(), &["a"]));
    for args in [vec!["p", "-p", "80", "--host=x"], vec!["p", "-p", "q"], vec!["p", "-z"], vec!["p", "-h"]] {
        println!("{:?}", config(args.into_iter().map(String::from)));
    }
}
