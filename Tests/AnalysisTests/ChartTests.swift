import Analysis
import Fixtures
import FoundationEssentials
import Roaster
import Testing

struct ChartTests {
  /// The charts that are kept as they are; refresh with ROAST_REFRESH=1 swift test.
  private static let golden: [(name: String, chart: Chart)] = [
    (
      "small",
      Chart(SmallRoast.curve, title: "Small roast", subtitle: "400 g, invented for the tests")
    ),
    (
      "small-dark-fahrenheit",
      Chart(
        SmallRoast.curve, reference: shifted, title: "Small roast", referenceTitle: "Yesterday",
        unit: .fahrenheit, theme: .dark)
    ),
    ("empty", Chart(RoastCurve(), title: "")),
  ]

  /// The same roast, a little hotter, without an end.
  private static let shifted = RoastCurve(
    spacingSeconds: 10,
    samples: SmallRoast.samples.map {
      RoastCurve.Sample(
        seconds: $0.seconds, bean: $0.bean.map { Celsius($0.degrees + 4) }, infrared: $0.infrared,
        rateOfRise: $0.rateOfRise, heater: $0.heater, fan: 3, drum: $0.drum, state: $0.state)
    })

  @Test(arguments: golden.indices) func `a chart looks as it always did`(index: Int) throws {
    let (name, chart) = Self.golden[index]
    let svg = chart.svg
    let file = "charts/\(name).svg"
    if ProcessInfo.processInfo.environment["ROAST_REFRESH"] != nil {
      try Data(svg.utf8).write(to: URL(filePath: Fixtures.path(file)))
    }
    let golden = String(decoding: Fixtures.bytes(file), as: UTF8.self)
    #expect(svg == golden, "refresh with ROAST_REFRESH=1 swift test")
    #expect(chart.svg == svg)
    _ = try checked(svg)
  }

  /// What every chart must be: well-formed, finite, accessible.
  private func checked(_ svg: String) throws -> WellFormed {
    let xml = try WellFormed(svg)
    let root = try #require(xml.elements.last { $0.name == "svg" } ?? xml.elements.first)
    #expect(root.attributes["role"] == "img")
    #expect(root.attributes["viewBox"] == "0 0 1000 620")
    #expect(xml.texts["title"]?.first?.isEmpty == false)
    #expect(xml.texts["desc"]?.count == 1)
    for (name, attributes) in xml.elements {
      for (key, value) in attributes
      where ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r"].contains(key) {
        let number = try #require(Double(value), "\(name) \(key) \(value)")
        #expect((0...1000).contains(number), "\(name) \(key) \(value)")
      }
      if let path = attributes["d"] {
        #expect(path.allSatisfy { "MLHVZhl0123456789.- ".contains($0) }, "\(path)")
        #expect(!path.contains("--"))
        for place in path.split(whereSeparator: { "ML".contains($0) }) where !place.contains("h") {
          let numbers = place.prefix { !"VHZ".contains($0) }.split(separator: " ").map {
            Double($0)
          }
          #expect(numbers.count == 2)
          #expect((0...1000).contains(numbers.first??.magnitude ?? -1), "\(path)")
          #expect((0...620).contains(numbers.last.flatMap(\.self) ?? -1), "\(path)")
        }
      }
    }
    for none in ["\"nan", "\"inf", "\"-inf", ">nan", ">inf", ">-inf", " nan", " inf ", "NaN"] {
      #expect(!svg.contains(none))
    }
    return xml
  }

  @Test func `whatever is missing or absurd, the chart is sound`() throws {
    let sample = RoastCurve.Sample(
      seconds: 3, bean: Celsius(180), infrared: Celsius(190), rateOfRise: CelsiusPerMinute(9),
      heater: 7, fan: 2, drum: 9, state: .roasting)
    let curves = [
      RoastCurve(),
      RoastCurve(samples: [RoastCurve.Sample(seconds: 0)]),
      RoastCurve(samples: [sample]),
      RoastCurve(samples: [sample], endSeconds: 0),
      RoastCurve(samples: [sample], endSeconds: -5),
      RoastCurve(samples: [RoastCurve.Sample(seconds: -4000, bean: Celsius(20), state: .preheating)]
      ),
      RoastCurve(samples: [
        RoastCurve.Sample(
          seconds: 200, bean: Celsius(9e5), infrared: Celsius(-9e5),
          rateOfRise: CelsiusPerMinute(9e5), heater: .max, fan: .min, drum: -3, state: .roasting),
        sample,
      ]),
      RoastCurve(events: Landmark.allCases.map { SmallRoast.event($0, 1) }, endSeconds: 2),
      RoastCurve(events: Landmark.allCases.map { SmallRoast.event($0, -9e5) }, endSeconds: 9e5),
    ]
    for curve in curves {
      for unit in TemperatureUnit.allCases {
        for margin in [60, 0, -1] as [Double] {
          let chart = Chart(
            curve, reference: margin == 0 ? curves[2] : nil, title: "x", unit: unit,
            marginSeconds: margin)
          _ = try checked(chart.svg)
        }
      }
    }
  }

  @Test func `random curves give sound charts`() throws {
    for seed in 0..<UInt64(40 * Fixtures.effort) {
      var generator = SeededGenerator(seed: seed)
      func number(_ range: ClosedRange<Double>) -> Double? {
        Int.random(in: 0...9, using: &generator) == 0
          ? nil : Double.random(in: range, using: &generator)
      }
      let length = Double.random(in: 1...3000, using: &generator)
      let samples = (0..<60).map { _ in
        RoastCurve.Sample(
          seconds: Double.random(in: -length...length, using: &generator),
          bean: number(-50...500).map(Celsius.init), infrared: number(0...400).map(Celsius.init),
          rateOfRise: number(-200...200).map(CelsiusPerMinute.init),
          heater: number(0...9).map { Int($0) }, fan: number(0...12).map { Int($0) },
          drum: number(0...9).map { Int($0) },
          state: number(0...9).map { RoasterState(code: UInt8($0)) })
      }
      let events = Landmark.allCases.compactMap { landmark in
        number(-100...length).map { SmallRoast.event(landmark, $0) }
      }
      let curve = RoastCurve(
        spacingSeconds: 30, samples: samples, events: events, endSeconds: number(0...length))
      do {
        _ = try checked(Chart(curve, title: "seed").svg)
      } catch {
        Issue.record("seed \(seed): \(error)")
      }
    }
  }

  @Test func `hostile words stay words`() throws {
    let hostile = "</title><script>alert('\"&amp;]]>\u{0}\u{1B}\u{FFFE}\n☕️"
    let chart = Chart(
      SmallRoast.curve, reference: SmallRoast.curve, title: hostile, subtitle: hostile,
      referenceTitle: "<b>&")
    let xml = try checked(chart.svg)
    let shown = "</title><script>alert('\"&amp;]]>\u{FFFD}\u{FFFD}\u{FFFD} ☕️"
    #expect(xml.texts["title"]?.contains(shown) == true)
    #expect(xml.texts["text"]?.contains("<b>&") == true)
    #expect(!xml.elements.contains { $0.name == "script" })
  }

  @Test func `long words are cut before they run into something`() throws {
    let chart = Chart(
      SmallRoast.curve, title: String(repeating: "Huehuetenango ", count: 20),
      subtitle: String(repeating: "washed ", count: 60))
    let words = try #require(checked(chart.svg).texts["text"])
    #expect(words.contains { $0.hasPrefix("Huehuetenango") && $0.hasSuffix("…") && $0.count < 70 })
    #expect(words.contains { $0.hasPrefix("washed") && $0.hasSuffix("…") && $0.count < 140 })
  }

  @Test func `in Fahrenheit everything is, and only a rate goes without the 32`() throws {
    let chart = Chart(SmallRoast.curve, title: "F", unit: .fahrenheit)
    let xml = try checked(chart.svg)
    let words = try #require(xml.texts["text"])
    #expect(words.contains("°F") && words.contains("°F/min"))
    #expect(words.contains("8:00 · 363°"))
    #expect(
      xml.texts["title"]?.contains(
        "First crack 8:00, BT 363.2 °F, IBTS 390.2 °F, marked by a person") == true)
    #expect(
      xml.texts["desc"]?.first?.contains("First crack 8:00 BT 363.2 F IBTS 390.2 F 17.1 F/min")
        == true)
    #expect(!chart.svg.contains("°C"))
  }

  @Test func `a gap breaks every line`() throws {
    let xml = try checked(Chart(SmallRoast.curve, title: "gap").svg)
    func path(_ name: String) -> String? {
      xml.elements.first { $0.attributes["class"] == name && $0.name == "path" }?.attributes["d"]
    }
    func pieces(_ path: String?) -> Int? { path?.filter { $0 == "M" }.count }
    #expect(pieces(path("bean")) == 2)
    // The infrared line also begins after the firmware's 25.0, and the rise where it comes into
    // sight.
    #expect(pieces(path("ibts")) == 3)
    #expect(pieces(path("rise")) == 2)
    #expect(pieces(path("heater")) == 2)
  }

  @Test func `no label runs into another or is crossed by a line`() throws {
    for spread in [5, 20, 40, 90] as [Double] {
      let events = Landmark.allCases.map { SmallRoast.event($0, Double($0.rawValue) * spread) }
      let chart = Chart(
        RoastCurve(samples: SmallRoast.samples, events: events, endSeconds: 7 * spread), title: "")
      let xml = try checked(chart.svg)
      let names = xml.elements.filter { $0.attributes["class"] == "mark-name" }.map(place)
      let lines = xml.elements.filter { $0.attributes["class"] == "mark" }.map(place)
      #expect(names.count == 7 && lines.count == 7)
      for name in names {
        for other in names where other != name {
          #expect(abs(other.y - name.y) >= 28 || abs(other.x - name.x) >= 60, "\(spread)")
        }
        for line in lines where line.x > name.x && line.x < name.x + 60 {
          #expect(line.y > name.y + 10, "\(spread)")
        }
      }
    }
  }

  private struct Place: Equatable {
    let x: Double
    let y: Double
  }

  private func place(_ element: (name: String, attributes: [String: String])) -> Place {
    func number(_ key: String) -> Double? { element.attributes[key].flatMap { Double($0) } }
    return Place(x: number("x") ?? number("x1") ?? 0, y: number("y") ?? number("y1") ?? 0)
  }

  @Test func `the themes differ in colours alone, and only the automatic one asks the viewer`()
    throws
  {
    func svg(_ theme: Chart.Theme) -> String {
      Chart(SmallRoast.curve, title: "t", theme: theme).svg
    }
    #expect(svg(.automatic).contains("prefers-color-scheme:dark"))
    #expect(!svg(.light).contains("prefers-color-scheme") && !svg(.dark).contains("prefers-color"))
    func body(_ svg: String) -> Substring { svg.split(separator: "</style>").last ?? "" }
    #expect(body(svg(.light)) == body(svg(.dark)))
    #expect(body(svg(.light)) == body(svg(.automatic)))
  }

  @Test func `a simulated roast is drawn with its landmarks`() async throws {
    let curve = try await SimulatedRoast.medium.value.curves[0]
    let svg = Chart(curve, title: "Medium").svg
    let words = try #require(checked(svg).texts["text"])
    for name in ["Charge", "Turning point", "Yellowing", "First crack", "Drop"] {
      #expect(words.contains(name))
    }
    #expect(words.contains { $0.hasPrefix("Maillard 4:") })
    #expect(svg.utf8.count < 60_000)
  }
}
