import Analysis
import Evaluation
import Glibc
import Roaster

/// The golden cases that a command means: those that are named, else those of the folder one stands in,
/// else those that were installed with the program.
struct GoldenPlace {
  /// Each case with the file that it is in, by name.
  let cases: [(golden: GoldenCase, path: String)]

  static let option = OptionDefinition(
    name: "cases", value: "FOLDER|FILE|PATTERN",
    meaning: "the golden cases; default Specs/golden, else those installed with the program",
    isRepeatable: true)

  init(_ arguments: Arguments) throws(Complaint) {
    let places = arguments.values("cases")
    var paths: [String] = []
    for place in places.isEmpty ? [try Self.usual()] : places { paths += try Self.files(place) }
    var cases: [(golden: GoldenCase, path: String)] = []
    for path in Set(paths).sorted() { cases.append((try Self.read(path), path)) }
    let twice = GoldenCheck.duplicates(cases.map(\.golden))
    if let name = twice.first {
      throw Self.bad("two cases are called \(name)", next: "Give each its own name.")
    }
    self.cases = cases.sorted { $0.golden.name < $1.golden.name }
  }

  /// The case of that name.
  func named(_ name: String) throws(Complaint) -> (golden: GoldenCase, path: String) {
    guard let found = cases.first(where: { $0.golden.name == name }) else {
      throw Self.bad(
        "there is no case '\(name.printable)'", next: "'roast golden list' names them.")
    }
    return found
  }

  /// The case in a file.
  static func read(_ path: String) throws(Complaint) -> GoldenCase {
    let most = Target.mostBytes + 1
    let bytes = try FileBytes.read(path, most: most, orNil: false) ?? []
    do throws(TargetError) {
      return try GoldenCase(reading: bytes)
    } catch {
      throw bad(
        "\(path.printable): \(error.place.printable) \(error.problem.printable)",
        next: "Specs/golden/README.md describes the file.")
    }
  }

  /// The folder that is taken where none is named; nil where there is none.
  static var usualFolder: String? {
    ["Specs/golden", installed].compactMap { $0 }.first { access($0, R_OK | X_OK) == 0 }
  }

  private static func usual() throws(Complaint) -> String {
    guard let folder = usualFolder else {
      throw bad(
        "there are no golden cases here", next: "Name a folder of them with --cases FOLDER.")
    }
    return folder
  }

  /// `share/roast/golden` beside the `bin` that the program is in.
  private static var installed: String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard count > 0 else { return nil }
    let path = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    let folder = path.split(separator: "/").dropLast(2).joined(separator: "/")
    return "/" + folder + "/share/roast/golden"
  }

  /// The files at a place: a folder, a file or a pattern.
  static func files(_ place: String) throws(Complaint) -> [String] {
    var status = stat()
    let isFolder = stat(place, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    let pattern = isFolder ? place + "/*.json" : place
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else {
      throw bad("there is no case at \(place.printable)", next: "Name a folder or a .json file.")
    }
    return (0..<Int(found.gl_pathc)).compactMap { index in
      found.gl_pathv[index].map { String(cString: $0) }
    }
  }

  static func bad(_ happened: String, next: String) -> Complaint {
    Complaint(code: "bad_golden_case", happened: happened, next: next, exit: .usage)
  }
}
