/// What a person saw around first crack in each of the 57 real roasts, before there was a detector
/// (Specs/analysis.md A13): on drawings of the slope of BT (over 16 and 30 s) and of IBTS (over
/// 40 s), from two minutes before the mark to the drop.
enum CrashLabel: String {
  /// It falls steadily: no bump as high as a degree a minute, no cliff.
  case smooth
  /// It loses about half, or a cliff's worth, in less than a minute.
  case crash
  /// It visibly climbs again after the crack and a fall.
  case flick
  /// Both.
  case crashAndFlick
  /// Two people could disagree.
  case unsure

  static let all: [String: CrashLabel] = [
    "m1_26-02-01_1812_Jigesa_no2": .smooth,
    "m1_26-02-01_reference_Jigesa_no1": .unsure,
    "m1_26-02-02_1826_Yirgacheffee-Banko-Gotiti_2_no4": .smooth,
    "m1_26-02-02_1842_Magarrissa-Tulise_no5": .smooth,
    "m1_26-02-03_1828_Jigesa_no7": .unsure,
    "m1_26-02-05_1909_Magarrissa-Tulise_1_no8": .unsure,
    "m1_26-02-05_1942_Diima-Banko-Gotiti_no10": .smooth,
    "m1_26-02-06_1843_Jigesa_2_no15": .smooth,
    "m1_26-02-12_2027_Jigesa_no17": .smooth,
    "m1_26-02-12_2044_Magarrissa-Tulise_no18": .smooth,
    "m1_26-02-18_0849_sidra_no20": .smooth,
    "m1_26-02-27_0830_Magarrissa-Tulise_no21": .smooth,
    "m1_26-03-08_gotiti_no10": .smooth,
    "m1_26-03-08_ma_no23": .unsure,
    "m1_26-03-09_gigesa_no26": .smooth,
    "m1_26-03-09_suica_no27": .unsure,
    "m1_26-03-10_suica2_no29": .unsure,
    "m1_26-03-18_gotiti_no30": .unsure,
    "m1_26-03-21_gigesa_no34": .unsure,
    "m1_26-03-21_suica_no33": .flick,
    "m1_26-03-22_gigesa_no36": .smooth,
    "m1_26-03-29_gotiti_no37": .smooth,
    "m1_26-04-11_elsa_no39": .smooth,
    "m1_26-04-11_sidamo_no40": .crash,
    "m1_26-04-12_sidamo_no42": .smooth,
    "m1_26-04-14_sidamo_no43": .crash,
    "m1_26-04-18_sidamo_no45": .smooth,
    "m1_26-04-26_sidamo_no48": .unsure,
    "m1_26-04-26_suica_no46": .crash,
    "m1_26-05-04_kenya_no49": .unsure,
    "m1_26-05-12_sidra_no52": .unsure,
    "m1_26-05-12_tulise_no51": .unsure,
    "m1_26-05-30_gotiti_no54": .smooth,
    "m1_26-06-25_gigesa_no56": .flick,
    "m1_26-07-08_MENGLIAN_no60": .unsure,
    "m1_26-07-08_tulise_no59": .smooth,
    "m1_26-07-15_MENGLIAN_no62": .unsure,
    "m1_26-07-15_gigesa_no63": .smooth,
    "m1_26-07-17_gigesa_no65": .flick,
    "m1_26-07-23_mewa_no66": .crash,
    "m2_2024-10-06T0125_Java": .crashAndFlick,
    "m2_2024-10-21T2357_Rwanda": .unsure,
    "m2_2024-10-22T0120_Java": .unsure,
    "m2_2024-10-22T0145_Guatemala2lb": .flick,
    "m2_2024-10-24T2134_Rwanda": .smooth,
    "m2_2024-10-24T2200_Mexico": .smooth,
    "m2_2024-10-25T0001_Guatemala": .crashAndFlick,
    "m2_2024-10-25T0030_Guatemala": .crash,
    "m2_2024-10-25T2336_Java": .unsure,
    "m2_2024-10-26T0113_Rwanda": .smooth,
    "m2_2024-10-26T0217_Guatemala": .crashAndFlick,
    "m2_2024-10-26T0239_Guatemala": .smooth,
    "m2_2024-10-26T0312_Java": .unsure,
    "m2_2024-10-26T0331_Java": .smooth,
    "m2_2024-10-26T0404_Mexico": .smooth,
    "m2_2024-10-26T0421_Mexico": .unsure,
    "m2_2024-10-26T0453_Rwanda": .unsure,
  ]
}
