import Driver
import Governor
import Roaster
import Simulator
import Testing

@Suite struct DeskFirstPathTests {
  @Test func `at L3 a person's leave brings a level about, and it is read back`() async throws {
    let desk = SimulatedDesk(.init())
    desk.twin.perform(.load(grams: 500))
    desk.twin.perform(.prs)
    await desk.skip(to: 8)
    desk.at(8.5) { $0.ask(.setLevel(.approve, reason: "test", readiness: nil, override: nil)) }
    desk.at(9) {
      $0.ask(
        .propose(.init(steps: [.init(.heater(HeaterLevel(9)!))], reason: "why")),
        from: SimulatedDesk.agent)
    }
    desk.at(10) { $0.ask(.approve(1, words: [], reason: nil)) }
    await desk.run(8)
    for record in desk.kept { print(record) }
    print(desk.answers)
    print(desk.received, desk.twin.bullet.level(of: .heater))
  }
}
