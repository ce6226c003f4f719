import FoundationEssentials

/// What a folder holds.
enum Listing {
  static func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }
}
