import Fixtures
import FoundationEssentials
import Testing

/// The house rules that a machine can hold (Docs/Overview.md).
struct TidyTests {
  private struct Source {
    let path: String
    let lines: [Substring]
    /// The file's name; of `Type+Aspect` the type.
    var name: String {
      let file = String(path.split(separator: "/").last ?? "").replacing(".swift", with: "")
      return String(file.prefix { $0 != "+" })
    }
  }

  private func sources(in folder: String) throws -> [Source] {
    let root = Fixtures.root + "/" + folder
    return try FileManager.default.subpathsOfDirectory(atPath: root)
      .filter { $0.hasSuffix(".swift") }.sorted().map { path in
        let data = try #require(FileManager.default.contents(atPath: root + "/" + path))
        let text = String(decoding: data, as: UTF8.self)
        return Source(
          path: folder + "/" + path,
          lines: text.split(separator: "\n", omittingEmptySubsequences: false))
      }
  }

  private func imports(of source: Source) -> [String] {
    source.lines.compactMap { line in
      let words = line.split(separator: " ").drop { $0.hasPrefix("@") || $0 == "public" }
      return words.first == "import" ? words.last.map(String.init) : nil
    }
  }

  /// The rows of the table in Docs/Overview.md.
  private func allowedImports() throws -> [String: Set<String>] {
    let data = try #require(
      FileManager.default.contents(atPath: Fixtures.root + "/Docs/Overview.md"))
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
    let start = try #require(lines.firstIndex(of: "| module | imports |"))
    let rows = lines[(start + 2)...].prefix { $0.hasPrefix("|") }
    return Dictionary(
      uniqueKeysWithValues: rows.map { row in
        let cells = row.split(separator: "|", omittingEmptySubsequences: false)
          .map { $0.filter { $0 != " " } }
        return (String(cells[1]), Set(cells[2].split(separator: ",").map(String.init)))
      })
  }

  @Test func `imports are those of the table in Docs-Overview`() throws {
    let table = try allowedImports()
    let ours = Set(table.keys).union(table.values.flatMap { $0 })
    let folders =
      try FileManager.default.contentsOfDirectory(atPath: Fixtures.root + "/Sources")
      .map { "Sources/" + $0 } + (table.keys.contains("Simulator") ? ["Simulator"] : [])
    for folder in folders {
      let module = String(folder.split(separator: "/").last ?? "")
      for source in try sources(in: folder) {
        let allowed = try #require(table[module], "\(module) is missing in the table")
        for name in imports(of: source) where ours.contains(name) {
          #expect(allowed.contains(name), "\(source.path) imports \(name)")
        }
      }
    }
  }

  @Test func `nothing imports the whole of Foundation`() throws {
    for folder in ["Sources", "Tests"] {
      for source in try sources(in: folder) {
        #expect(!imports(of: source).contains("Foundation"), "\(source.path)")
      }
    }
  }

  @Test func `only the session's runner and the recorder send to a transport`() throws {
    let allowed = [
      "Sources/Driver/SessionRunner.swift", "Sources/Driver/Recording/Recorder.swift",
      // It passes the session's bytes on to a twin, and can reach nothing else.
      "Sources/Evaluation/Stack.swift",
    ]
    for source in try sources(in: "Sources") {
      let sends = source.lines.contains { line in
        line.split(separator: ".send(", omittingEmptySubsequences: false).dropLast()
          .contains { receiver in
            // The system's own call sends to sockets; a transport is never called so.
            !receiver.hasSuffix("Glibc")
              && receiver.last.map { $0.isLetter || $0.isNumber || ")]?!".contains($0) } == true
          }
      }
      #expect(!sends || allowed.contains(source.path), "\(source.path) sends")
    }
    let transfers = try sources(in: "Sources").filter { source in
      source.lines.contains { $0.contains("libusb_submit_transfer") }
    }
    #expect(transfers.map(\.path) == ["Sources/USB/BulkTransfer.swift"])
    for synchronous in ["libusb_bulk_transfer", "libusb_interrupt_transfer", "libusb_control_tr"] {
      for source in try sources(in: "Sources") {
        #expect(!source.lines.contains { $0.contains(synchronous) }, "\(source.path)")
      }
    }
  }

  @Test func `what moves the roaster is known to few`() throws {
    let rooms = ["Sources/Roaster/Wire/", "Sources/Governor/", "Sources/Driver/Execution/"]
    for source in try sources(in: "Sources") {
      let isRoom = rooms.contains { source.path.hasPrefix($0) }
      #expect(isRoom || !source.lines.contains { $0.contains("Actuation") }, "\(source.path)")
    }
  }

  @Test func `a file is named after what it declares, and no name says nothing`() throws {
    let empty = ["Util", "Manager", "Helper", "Common", "Base", "Misc"]
    for source in try sources(in: "Sources") {
      let name = source.name
      #expect(!empty.contains { name.contains($0) }, "\(source.path)")
      let isPresentation = name.hasSuffix("Presentation")
      let declared = source.lines.contains { line in
        let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        return zip(words, words.dropFirst()).contains {
          ["struct", "class", "enum", "protocol", "actor", "extension"].contains($0) && $1 == name
        }
      }
      #expect(declared || isPresentation, "\(source.path) declares no \(name)")
    }
  }

  @Test func `the program has no copy of what the daemon's module has`() throws {
    func files(in folder: String) throws -> Set<Substring> {
      Set(try sources(in: folder).compactMap { $0.path.split(separator: "/").last })
    }
    let twice = try files(in: "Sources/roast").intersection(files(in: "Sources/Daemon"))
    #expect(twice.isEmpty)
  }

  @Test func `no file is longer than 450 lines, and nothing is left for later`() throws {
    let later = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
    for folder in ["Sources", "Tests"] {
      for source in try sources(in: folder) {
        #expect(source.lines.count <= 450, "\(source.path): \(source.lines.count) lines")
        for word in later {
          let isThere = source.lines.contains { line in
            line.split { !$0.isLetter }.contains { $0 == word }
          }
          #expect(!isThere, "\(source.path): \(word)")
        }
      }
    }
  }

  @Test func `every document that a document names is there`() throws {
    let documents =
      ["README.md", "CONTRIBUTING.md"]
      + (try FileManager.default.contentsOfDirectory(atPath: Fixtures.root + "/Docs"))
      .filter { $0.hasSuffix(".md") }.map { "Docs/" + $0 }
    for document in documents {
      let data = try #require(
        FileManager.default.contents(atPath: Fixtures.root + "/" + document), "\(document)")
      let text = String(decoding: data, as: UTF8.self)
      let folder = document.contains("/") ? "Docs/" : ""
      for part in text.split(separator: "](").dropFirst() {
        let target = part.prefix { $0 != ")" && $0 != "#" }
        guard !target.isEmpty, !target.contains("://") else { continue }
        let path = Fixtures.root + "/" + folder + target
        #expect(FileManager.default.fileExists(atPath: path), "\(document) names \(target)")
      }
    }
  }
}
