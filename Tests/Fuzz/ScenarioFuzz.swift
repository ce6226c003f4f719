import Roaster
import Simulator

/// Scenario and schedule files: whatever a file holds, it is read or refused by name; what is read can be
/// played. The first byte chooses which file it is.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzScenario(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let choice = bytes.first else { return 0 }
  if choice % 2 == 0 {
    playScenario(Array(bytes.dropFirst()))
  } else {
    followSchedule(String(decoding: bytes.dropFirst(), as: UTF8.self))
  }
  return 0
}

private func playScenario(_ json: [UInt8]) {
  guard let scenario = try? Scenario(json: json) else { return }
  var workshop = scenario.workshop(seed: 1, isNoisy: true)
  var cable = Cable()
  for poll in 1...60 {
    workshop.advance(to: Double(poll))
    for query in Query.allCases { cable.send(query.bytes, to: &workshop) }
    while case .packet(_, _) = cable.receive(by: Double(poll)) {}
    cable.clearHalt()
  }
  precondition(workshop.bullet.physics.probeCelsius.isFinite)
}

private func followSchedule(_ csv: String) {
  guard let schedule = try? Schedule(csv: csv), let batch = try? Batch(grams: 400) else { return }
  let drop = min(max(1, schedule.dropSeconds ?? 60), 120)
  _ = schedule.usualVolts(until: drop)
  let start = OpenLoopRun.Start(
    roomCelsius: 22, drumCelsius: 230, probeCelsius: 156, batch: batch, dropSeconds: drop)
  guard
    let run = try? OpenLoopRun(
      record: RoastRecord(schedule, until: drop + 20), start: start, machine: .m1)
  else { return }
  precondition(run.probe.allSatisfy(\.isFinite))
}
