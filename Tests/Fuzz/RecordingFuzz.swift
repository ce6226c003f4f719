import Roaster
import Synchronization

@testable import Driver

/// Any bytes, as a recording: read to the end and played to the end, as they are and once more
/// with every checksum put right, since no mutation would ever hit on those.
@_cdecl("LLVMFuzzerTestOneInput")
public func recordingFuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  check(bytes)
  check(resealed(bytes))
  return 0
}

private func check(_ bytes: [UInt8]) {
  guard let reader = try? RecordingReader(bytes) else { return }
  readToTheEnd(reader, of: bytes)
  play(reader)
}

/// Every transfer that was read is the one that its bytes say, and the end is where they end.
private func readToTheEnd(_ start: RecordingReader, of bytes: [UInt8]) {
  var reader = start
  var transfers: [RecordedTransfer] = []
  while let transfer = reader.next() { transfers.append(transfer) }
  let headerEnd = RecordingFormat.prologueSize + Int(bytes[10]) + Int(bytes[11]) << 8 + 4
  let tail = bytes[headerEnd...]
  let written = transfers.map { RecordingFormat.transfer($0).count }.reduce(0, +)
  switch reader.end {
  case .complete: precondition(written == tail.count)
  case .cut(let offset), .damaged(let offset):
    precondition(headerEnd + written == offset && offset < bytes.count)
  case nil: preconditionFailure("the reader ended without saying how")
  }
  precondition(reader.next() == nil)
  checkRewritten(start.header, transfers)
}

/// What was read, written again, reads the same. Line breaks and the like are taken out of the
/// header's text on the first writing.
private func checkRewritten(_ header: RecordingHeader, _ transfers: [RecordedTransfer]) {
  guard let clean = try? RecordingReader(RecordingFormat.header(header)).header,
    var reader = try? RecordingReader(
      RecordingFormat.header(clean) + transfers.flatMap(RecordingFormat.transfer))
  else { preconditionFailure("cannot be read any more: \(header)") }
  precondition(reader.header == clean, "\(reader.header) is not \(clean)")
  for transfer in transfers { precondition(reader.next() == transfer) }
  precondition(reader.next() == nil && reader.end == .complete)
}

/// A session over the replay ends, and by itself: without a pace there is nothing to wait for, so
/// it must have happened on this thread before the task is handed back.
private func play(_ reader: RecordingReader) {
  let replay = Replay(reader, pace: .unlimited)
  let hasEnded = Mutex(false)
  Task.immediate {
    await run(over: replay)
    hasEnded.withLock { $0 = true }
  }
  precondition(hasEnded.withLock { $0 }, "a replay without a pace has waited")
}

private func run(over replay: Replay) async {
  var runner = SessionRunner(Session(), over: replay)
  var last: UInt64?
  await runner.run { report, link in
    precondition(link.lastReading.map { $0 <= replay.now.monotonic } ?? true)
    guard case .telemetry(let point) = report else { return }
    precondition(last.map { $0 < point.sequence } ?? true)
    precondition(!point.moment.wall.text.isEmpty)
    last = point.sequence
  }
}

/// The same bytes with every checksum put right, as far as their lengths lead.
func resealed(_ bytes: [UInt8]) -> [UInt8] {
  var sealed = bytes
  guard let length = sealed.littleEndian(at: 10, as: UInt16.self) else { return sealed }
  var offset = 0
  var end = RecordingFormat.prologueSize + Int(length)
  while end + RecordingFormat.checksumSize <= sealed.count {
    seal(&sealed, offset..<end)
    offset = end + RecordingFormat.checksumSize
    guard let length = sealed.littleEndian(at: offset + 2, as: UInt16.self) else { break }
    end = offset + RecordingFormat.transferSize + Int(length)
  }
  return sealed
}

private func seal(_ bytes: inout [UInt8], _ range: Range<Int>) {
  var checksum: [UInt8] = []
  checksum.append(littleEndian: CRC32.checksum(of: bytes[range]))
  bytes.replaceSubrange(range.upperBound..<range.upperBound + checksum.count, with: checksum)
}
