import Roaster

/// Reading JSON: whatever the bytes are, they are read or refused at a place inside them; what is read
/// is written so that it reads as the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do throws(JSON.Fault) {
    let value = try JSON(reading: bytes)
    precondition(depth(of: value) <= JSON.deepestNesting)
    precondition(String(validating: bytes, as: UTF8.self) != nil, "read what is not UTF-8")
    let again = try? JSON(reading: value.text.utf8)
    precondition(again == value, "what was written reads as something else")
    precondition(again?.text == value.text)
  } catch {
    precondition((0...count).contains(error.offset))
  }
  return 0
}

private func depth(of value: JSON) -> Int {
  switch value {
  case .array(let values): 1 + (values.map(depth).max() ?? 0)
  case .object(let members): 1 + (members.map { depth(of: $0.value) }.max() ?? 0)
  default: 0
  }
}
