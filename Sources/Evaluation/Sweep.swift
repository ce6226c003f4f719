import Analysis
import Roaster

/// Which trials of which cases are run.
public struct Sweep: Sendable {
  /// In the order of their names.
  public let cases: [GoldenCase]
  public let pilot: PilotKind
  public let seed: UInt64
  /// Of every case; nil leaves it to the case.
  public let trials: Int?

  /// One part of a sweep, of several that people run on what they have.
  public struct Shard: Equatable, Sendable {
    /// Counted from 1.
    public let number: Int
    public let count: Int

    /// `2/8`; nil for what is none.
    public init?(_ text: String) {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
      guard parts.count == 2, let number = parts[0], let count = parts[1],
        (1...10_000).contains(count), (1...count).contains(number)
      else { return nil }
      self.number = number
      self.count = count
    }
  }

  /// All trials of these cases.
  public init(_ cases: [GoldenCase], pilot: PilotKind, seed: UInt64 = 1, trials: Int? = nil) {
    self.cases = cases.sorted { $0.name < $1.name }
    self.pilot = pilot
    self.seed = seed
    self.trials = trials
  }

  /// How often a case is tried.
  public func trials(of golden: GoldenCase) -> Int { trials ?? golden.trials }

  /// Every trial, or those of one shard: dealt out one by one, so that shards take about as long.
  public func units(_ shard: Shard? = nil) -> [Trial] {
    let most = cases.map(trials(of:)).max() ?? 0
    let all = (0..<most).flatMap { number in
      cases.filter { trials(of: $0) > number }
        .map { Trial($0, number: number, runSeed: seed, pilot: pilot) }
    }
    guard let shard else { return all }
    return all.enumerated().filter { $0.offset % shard.count == shard.number - 1 }.map(\.element)
  }

  /// What must be the same for two results to be parts of one: seed, pilot and every case.
  public var fingerprint: String {
    let parts: JSON = .array(
      [.string(pilot.rawValue), .string(String(seed)), JSON(trials)] + cases.map(\.json))
    return SHA256.hex(SHA256.hash(Array(parts.text.utf8)))
  }

  /// Runs trials, so many at a time; `done` hears of each as it ends, in no order.
  @concurrent
  public static func run(
    _ trials: [Trial], jobs: Int, done: @Sendable (TrialResult) -> Void
  ) async throws(TrialError) {
    let outcome = await withTaskGroup(of: Result<TrialResult, TrialError>.self) { group in
      var next = 0
      func start() {
        guard next < trials.count else { return }
        let trial = trials[next]
        next += 1
        group.addTask {
          do throws(TrialError) {
            return .success(TrialResult(trial, try await trial.run()))
          } catch {
            return .failure(TrialError(problem: "\(trial.golden.name): \(error.problem)"))
          }
        }
      }
      for _ in 0..<max(1, jobs) { start() }
      for await result in group {
        switch result {
        case .success(let result):
          done(result)
          start()
        case .failure(let error):
          group.cancelAll()
          return TrialError?.some(error)
        }
      }
      return nil
    }
    if let outcome { throw outcome }
  }
}
