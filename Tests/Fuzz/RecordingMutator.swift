import Roaster

@testable import Driver

/// Every other time, changes a recording transfer by transfer instead of byte by byte: only so does
/// the fuzzer get deep into the session's recoveries.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutateRecording(
  _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int, _ seed: UInt32
) -> Int {
  var chance = Chance(state: UInt64(seed))
  let recording = resealed(Array(UnsafeBufferPointer(start: bytes, count: count)))
  guard Bool.random(using: &chance), var reader = try? RecordingReader(recording) else {
    return mutateBytes(bytes, count, limit)
  }
  var transfers: [RecordedTransfer] = []
  while let transfer = reader.next() { transfers.append(transfer) }
  for _ in 0...Int.random(in: 0..<4, using: &chance) { change(&transfers, &chance) }
  let changed = RecordingFormat.header(reader.header) + transfers.flatMap(RecordingFormat.transfer)
  guard changed.count <= limit else { return mutateBytes(bytes, count, limit) }
  for (index, byte) in changed.enumerated() { bytes[index] = byte }
  return changed.count
}

/// What libFuzzer does by itself.
@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int) -> Int

/// Numbers that follow from the seed alone (SplitMix64).
private struct Chance: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    let mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    let again = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return again ^ again >> 31
  }
}

private func change(_ transfers: inout [RecordedTransfer], _ chance: inout Chance) {
  let place = Int.random(in: 0...transfers.count, using: &chance)
  let length = Int.random(in: 1...4, using: &chance)
  let run = transfers[place...].prefix(length)
  switch Int.random(in: 0..<6, using: &chance) {
  case 0: transfers.removeSubrange(run.indices)
  case 1: transfers.insert(contentsOf: run, at: Int.random(in: 0...place, using: &chance))
  case 2: transfers.insert(contentsOf: repeatElement(run, count: 4).joined(), at: place)
  case 3: transfers.insert(fresh(&chance), at: place)
  case 4 where place < transfers.count: transfers[place].fault = fault(&chance)
  case 5 where place < transfers.count:
    transfers[place].ended += Int64.random(in: 0...2_000_000_000, using: &chance)
  default: break
  }
}

/// A transfer as a session could meet it.
private func fresh(_ chance: inout Chance) -> RecordedTransfer {
  let kind = RecordedTransfer.Kind.allCases.randomElement(using: &chance) ?? .receive
  let isFaulty = Int.random(in: 0..<4, using: &chance) == 0
  var payload: [UInt8] = []
  switch kind {
  case .send: payload = Query.allCases.randomElement(using: &chance)?.bytes ?? []
  case .receive:
    let length = [0, 1, 12, 20, 32, 36, 52, 64, 65].randomElement(using: &chance) ?? 64
    payload = [UInt8](repeating: [0, 10].randomElement(using: &chance) ?? 0, count: length)
  case .open: payload = Device(product: 0x5741, serial: nil, bus: 1, address: 2).recordingPayload
  case .clearStall, .close: break
  }
  return RecordedTransfer(
    kind: kind, began: 0, ended: 0, fault: isFaulty ? fault(&chance) : nil, payload: payload)
}

private func fault(_ chance: inout Chance) -> TransportFault? {
  TransportFault(recordingCode: UInt8.random(in: 0...11, using: &chance), argument: 1)
}
