import FoundationEssentials

/// Where the project is, and what tests keep in it.
public enum Fixtures {
  /// The package's folder.
  public static let root: String = {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/")
  }()

  /// A file under Tests/Fixtures.
  public static func path(_ name: String) -> String { root + "/Tests/Fixtures/" + name }

  /// Its bytes; an empty answer fails the test that asks.
  public static func bytes(_ name: String) -> [UInt8] {
    FileManager.default.contents(atPath: path(name)).map(Array.init) ?? []
  }

  /// The founders' shared folder, which holds real roasts; nil on a stranger's machine.
  public static let shared: String? = {
    let asked = ProcessInfo.processInfo.environment["ROAST_SHARED"] ?? root + "/../shared"
    return FileManager.default.fileExists(atPath: asked) ? asked : nil
  }()

  /// How many times more than usual a property is tried: `make soak` asks for more.
  public static let effort =
    ProcessInfo.processInfo.environment["ROAST_SOAK"] == nil ? 1 : 50
}
