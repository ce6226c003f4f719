import Fixtures
import Roaster
import Testing

/// `roast forecast` of a roast on the twin, whose end is known.
struct ForecastTests {
  private static let seen = 240.0

  private let folder: TemporaryFolder
  private let roastFile: String

  init() async throws {
    folder = try TemporaryFolder()
    roastFile = folder.file("roast.csv")
    let made = try await Built.roast([
      "simulate", "--scenario", "medium", "--out", roastFile,
    ])
    try #require(made.end == .exit(0), "\(made.stderr)")
  }

  private func forecast(
    _ more: [String], of file: String? = nil, seen: Double = Self.seen
  ) async throws -> Program.Outcome {
    try await Built.roast(
      ["forecast", "--schedule", file ?? roastFile, "--observe-until", "\(Int(seen))"] + more)
  }

  /// A table's columns by name.
  private func columns(_ text: String) -> [String: [String]] {
    let rows = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let names = rows.first ?? []
    return Dictionary(
      uniqueKeysWithValues: names.enumerated().map { index, name in
        (name, rows.dropFirst().map { index < $0.count ? $0[index] : "" })
      })
  }

  @Test func `the rest of a roast is told with bands that hold it`() async throws {
    let (table, plot) = (folder.file("f.csv"), folder.file("f.svg"))
    let run = try await forecast([
      "--out", table, "--plot", plot, "--drop-bt", "195", "--development", "0.15", "--json",
    ])
    #expect(run.end == .exit(0), "\(run.stderr)")
    let told = try JSON(reading: Array(run.stdout.utf8.dropLast()))
    #expect(told["trust"]?.stringValue == "trusted")

    let (real, ahead) = (columns(folder.text("roast.csv")), columns(folder.text("f.csv")))
    let drop = try #require(
      real["event"]?.firstIndex(of: "DROP").flatMap { Double(real["t_s"]![$0]) })
    let names = ["t_s", "bt_c", "ibts_c", "bt_band_c", "ibts_band_c"]
    for name in names {
      #expect(ahead[name]?.count == Int(drop) + 1 && ahead[name]?.contains("") == false, "\(name)")
    }
    let numbers = Dictionary(
      uniqueKeysWithValues: names.map { ($0, (ahead[$0] ?? []).compactMap(Double.init)) })
    #expect(numbers["t_s"] == (0...Int(drop)).map(Double.init))
    #expect(numbers["bt_band_c"]!.prefix(Int(Self.seen) - 1).allSatisfy { $0 == 0 })
    #expect(numbers["bt_band_c"]!.dropFirst(Int(Self.seen) + 1).allSatisfy { $0 > 0 })

    var (inside, all) = (0, 0)
    for (time, bean) in zip(real["t_s"] ?? [], real["bt_c"] ?? []) {
      guard let second = Double(time), let really = Double(bean), second > Self.seen + 1,
        second <= drop
      else { continue }
      all += 1
      let row = Int(second)
      // Half a second lies between the row and the reading at worst.
      if abs(numbers["bt_c"]![row] - really) <= numbers["bt_band_c"]![row] + 0.2 { inside += 1 }
    }
    #expect(all > 100 && Double(inside) > 0.8 * Double(all), "\(inside) of \(all)")

    let wanted = try #require(told["drop_for_temperature"])
    let reached = try #require(
      real["t_s"]?.indices.first {
        (Double(real["t_s"]![$0]) ?? 0) > Self.seen && (Double(real["bt_c"]![$0]) ?? 0) >= 195
      }.flatMap { Double(real["t_s"]![$0]) })
    let (earliest, latest) = (wanted["earliest"]?.numberValue, wanted["latest"]?.numberValue)
    #expect(
      (earliest ?? .infinity) <= reached && reached <= (latest ?? .infinity), "\(wanted.text)")
    let crack = told["first_crack"]?["seconds"]?.numberValue ?? .nan
    let byTime = told["drop_for_development"]?["seconds"]?.numberValue ?? .nan
    #expect(abs((byTime - crack) / byTime - 0.15) < 0.01, "\(crack) \(byTime)")
    for part in [#"class="bean-band""#, #"class="ibts-band""#, "forecast from 4:00", "Drop"] {
      #expect(folder.text("f.svg").contains(part), "\(part)")
    }
  }

  @Test
  func `shortly before the drop, first crack is what was marked and BT need not rise for ever`()
    async throws
  {
    let real = columns(folder.text("roast.csv"))
    func second(of event: String) throws -> Double {
      let row = try #require(real["event"]?.firstIndex(of: event))
      return try #require(Double(real["t_s"]![row]))
    }
    let (drop, crack) = (try second(of: "DROP"), try second(of: "FC"))
    let seen = drop - 30
    let row = try #require(real["t_s"]!.lastIndex { (Double($0) ?? .infinity) <= seen })
    let wanted = try #require(Double(real["bt_c"]![row])) + 0.6
    // Without heat what is held beyond the drop cools down.
    let rows = folder.text("roast.csv").split(separator: "\n").map { row in
      var cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if let time = Double(cells[0]), time > seen { cells[3] = "0" }
      return cells.joined(separator: ",")
    }
    let cooling = try folder.put(Array((rows.joined(separator: "\n") + "\n").utf8), as: "cool.csv")
    for file in [roastFile, cooling] {
      let run = try await forecast(
        ["--drop-bt", "\(wanted)", "--development", "0.2", "--json"], of: file,
        seen: seen)
      #expect(run.end == .exit(0), "\(run.stderr)")
      let told = try JSON(reading: Array(run.stdout.utf8.dropLast()))
      let reached = try #require(told["drop_for_temperature"]?["seconds"]?.numberValue, "\(file)")
      #expect(reached > seen && reached <= drop, "\(reached) of \(drop)")
      let developed = told["drop_for_development"]?["seconds"]?.numberValue ?? .nan
      #expect(abs(developed - crack / 0.8) < 1.5, "\(developed), cracked at \(crack)")
    }
    let unmarked = try folder.put(
      Array(folder.text("roast.csv").replacing(",FC,", with: ",,").utf8), as: "unmarked.csv")
    let said = try await forecast(
      ["--drop-bt", "120", "--development", "0.2"], of: unmarked, seen: drop - 10)
    #expect(said.stdout.contains("BT 120.0 C: reached already"), "\(said.stdout)")
    #expect(said.stdout.contains("Development 20.0 %: first crack has been, and no row's event"))
  }

  @Test func `what was read later changes nothing`() async throws {
    let rows = folder.text("roast.csv").split(separator: "\n")
    let names = rows[0].split(separator: ",").map(String.init)
    let places = ["bt_c", "ibts_c"].compactMap(names.firstIndex)
    let blank = rows.enumerated().map { index, row -> String in
      var cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard index > 0, (Double(cells[0]) ?? 0) > Self.seen else { return String(row) }
      for place in places { cells[place] = "" }
      return cells.joined(separator: ",")
    }
    let other = try folder.put(Array((blank.joined(separator: "\n") + "\n").utf8), as: "other.csv")
    let (whole, cut) = try await (forecast(["--json"]), forecast(["--json"], of: other))
    #expect(whole.end == .exit(0) && whole.stdout == cut.stdout)
    let broken = rows.map { row in
      row.hasPrefix("89.9,")
        ? String(row).replacing("89.9,", with: "89.9,hot", maxReplacements: 1) : String(row)
    }
    let wrong = try folder.put(
      Array((broken.joined(separator: "\n") + "\n").utf8), as: "wrong.csv")
    let refused = try await forecast([], of: wrong)
    #expect(refused.end == .exit(64) && refused.stderr.contains("at 89.9 s: bt_c is 'hot"))
  }

  @Test(arguments: [
    (["--drop-bt", "20"], "100.0 to 250.0"), (["--development", "18"], "0.1 to 0.5"),
    (["--out", "x.txt"], ".csv"), (["--grams", "9999"], "grams"), (["--machine", "m3"], "m1"),
  ])
  func `a wish that cannot be is named`(_ words: [String], _ problem: String) async throws {
    let run = try await forecast(words)
    #expect(run.end == .exit(64))
    #expect(run.stderr.contains(problem), "\(run.stderr)")
  }

  @Test func `a file without readings cannot be observed`() async throws {
    let plan = try folder.put(
      Array("t_s,power,fan,drum\n0,7,2,9\n240,5,3,9\n".utf8), as: "plan.csv")
    let run = try await forecast([], of: plan)
    #expect(run.end == .exit(64))
    #expect(run.stderr.contains("has no bt_c or ibts_c up to 240 s"), "\(run.stderr)")
    let alone = try await Built.roast(["forecast", "--schedule", plan, "--drop-at", "500"])
    #expect(alone.end == .exit(0))
    #expect(alone.stdout.contains("Drop at 500 s: BT"), "\(alone.stdout)")
  }
}
