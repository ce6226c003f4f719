/// Configuration files: whatever a file holds, it is read or refused, and what is read is what a
/// setting can be. Compiled with the sources that it tests, which need the daemon's listeners alone.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConfiguration(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let file = ConfigurationFile(bytes)
  for entry in file.entries {
    precondition(entry.setting.accepts(entry.value) && entry.line > 0)
  }
  for setting in Setting.allCases where !setting.isList {
    precondition(file.values(of: setting).count <= 1)
  }
  // What was read, written plainly, is read again as the same.
  let plain = file.entries.map { entry in
    let value = entry.value.map { "\"\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    return "\(entry.setting.key) = \"\(value)\"\n"
  }
  let again = ConfigurationFile(Array(plain.joined().utf8))
  precondition(plain.joined().utf8.count > ConfigurationFile.mostBytes || again.problems.isEmpty)
  precondition(again.problems.count == 1 || again.entries.map(\.value) == file.entries.map(\.value))
  return 0
}
