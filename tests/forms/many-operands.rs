//! Literals with many operands: generated tables have thousands.

extern crate trace_memory;

fn key(n: usize) -> String {
    format!("k{n}")
}

#[trace_memory::trace_memory]
fn table() -> Vec<(String, usize)> {
    vec![
        (key(0), 0), (key(1), 1), (key(2), 2), (key(3), 3), (key(4), 4), (key(5), 5), (key(6), 6), (key(7), 7), (key(8), 8), (key(9), 9),
        (key(10), 10), (key(11), 11), (key(12), 12), (key(13), 13), (key(14), 14), (key(15), 15), (key(16), 16), (key(17), 17), (key(18), 18), (key(19), 19),
        (key(20), 20), (key(21), 21), (key(22), 22), (key(23), 23), (key(24), 24), (key(25), 25), (key(26), 26), (key(27), 27), (key(28), 28), (key(29), 29),
        (key(30), 30), (key(31), 31), (key(32), 32), (key(33), 33), (key(34), 34), (key(35), 35), (key(36), 36), (key(37), 37), (key(38), 38), (key(39), 39),
        (key(40), 40), (key(41), 41), (key(42), 42), (key(43), 43), (key(44), 44), (key(45), 45), (key(46), 46), (key(47), 47), (key(48), 48), (key(49), 49),
        (key(50), 50), (key(51), 51), (key(52), 52), (key(53), 53), (key(54), 54), (key(55), 55), (key(56), 56), (key(57), 57), (key(58), 58), (key(59), 59),
        (key(60), 60), (key(61), 61), (key(62), 62), (key(63), 63), (key(64), 64), (key(65), 65), (key(66), 66), (key(67), 67), (key(68), 68), (key(69), 69),
        (key(70), 70), (key(71), 71), (key(72), 72), (key(73), 73), (key(74), 74), (key(75), 75), (key(76), 76), (key(77), 77), (key(78), 78), (key(79), 79),
        (key(80), 80), (key(81), 81), (key(82), 82), (key(83), 83), (key(84), 84), (key(85), 85), (key(86), 86), (key(87), 87), (key(88), 88), (key(89), 89),
        (key(90), 90), (key(91), 91), (key(92), 92), (key(93), 93), (key(94), 94), (key(95), 95), (key(96), 96), (key(97), 97), (key(98), 98), (key(99), 99),
        (key(100), 100), (key(101), 101), (key(102), 102), (key(103), 103), (key(104), 104), (key(105), 105), (key(106), 106), (key(107), 107), (key(108), 108), (key(109), 109),
        (key(110), 110), (key(111), 111), (key(112), 112), (key(113), 113), (key(114), 114), (key(115), 115), (key(116), 116), (key(117), 117), (key(118), 118), (key(119), 119),
        (key(120), 120), (key(121), 121), (key(122), 122), (key(123), 123), (key(124), 124), (key(125), 125), (key(126), 126), (key(127), 127), (key(128), 128), (key(129), 129),
        (key(130), 130), (key(131), 131), (key(132), 132), (key(133), 133), (key(134), 134), (key(135), 135), (key(136), 136), (key(137), 137), (key(138), 138), (key(139), 139),
        (key(140), 140), (key(141), 141), (key(142), 142), (key(143), 143), (key(144), 144), (key(145), 145), (key(146), 146), (key(147), 147), (key(148), 148), (key(149), 149),
        (key(150), 150), (key(151), 151), (key(152), 152), (key(153), 153), (key(154), 154), (key(155), 155), (key(156), 156), (key(157), 157), (key(158), 158), (key(159), 159),
        (key(160), 160), (key(161), 161), (key(162), 162), (key(163), 163), (key(164), 164), (key(165), 165), (key(166), 166), (key(167), 167), (key(168), 168), (key(169), 169),
        (key(170), 170), (key(171), 171), (key(172), 172), (key(173), 173), (key(174), 174), (key(175), 175), (key(176), 176), (key(177), 177), (key(178), 178), (key(179), 179),
        (key(180), 180), (key(181), 181), (key(182), 182), (key(183), 183), (key(184), 184), (key(185), 185), (key(186), 186), (key(187), 187), (key(188), 188), (key(189), 189),
        (key(190), 190), (key(191), 191), (key(192), 192), (key(193), 193), (key(194), 194), (key(195), 195), (key(196), 196), (key(197), 197), (key(198), 198), (key(199), 199),
        (key(200), 200), (key(201), 201), (key(202), 202), (key(203), 203), (key(204), 204), (key(205), 205), (key(206), 206), (key(207), 207), (key(208), 208), (key(209), 209),
        (key(210), 210), (key(211), 211), (key(212), 212), (key(213), 213), (key(214), 214), (key(215), 215), (key(216), 216), (key(217), 217), (key(218), 218), (key(219), 219),
        (key(220), 220), (key(221), 221), (key(222), 222), (key(223), 223), (key(224), 224), (key(225), 225), (key(226), 226), (key(227), 227), (key(228), 228), (key(229), 229),
        (key(230), 230), (key(231), 231), (key(232), 232), (key(233), 233), (key(234), 234), (key(235), 235), (key(236), 236), (key(237), 237), (key(238), 238), (key(239), 239),
        (key(240), 240), (key(241), 241), (key(242), 242), (key(243), 243), (key(244), 244), (key(245), 245), (key(246), 246), (key(247), 247), (key(248), 248), (key(249), 249),
        (key(250), 250), (key(251), 251), (key(252), 252), (key(253), 253), (key(254), 254), (key(255), 255), (key(256), 256), (key(257), 257), (key(258), 258), (key(259), 259),
        (key(260), 260), (key(261), 261), (key(262), 262), (key(263), 263), (key(264), 264), (key(265), 265), (key(266), 266), (key(267), 267), (key(268), 268), (key(269), 269),
        (key(270), 270), (key(271), 271), (key(272), 272), (key(273), 273), (key(274), 274), (key(275), 275), (key(276), 276), (key(277), 277), (key(278), 278), (key(279), 279),
        (key(280), 280), (key(281), 281), (key(282), 282), (key(283), 283), (key(284), 284), (key(285), 285), (key(286), 286), (key(287), 287), (key(288), 288), (key(289), 289),
        (key(290), 290), (key(291), 291), (key(292), 292), (key(293), 293), (key(294), 294), (key(295), 295), (key(296), 296), (key(297), 297), (key(298), 298), (key(299), 299),
    ]
}

#[trace_memory::trace_memory]
fn lengths(k: String) -> usize {
    let all = [
        k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(),
        k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(),
        k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(),
        k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(),
        k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(),
        k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(),
        k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(),
        k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(),
        k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(),
        k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(),
        k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(),
        k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(),
        k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(), k.len(),
    ];
    all.iter().sum()
}

fn main() {
    println!("{} {}", table().len(), lengths(key(0)));
}
