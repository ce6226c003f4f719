import Roaster

/// A roast that a pilot is judged by: what is in the drum, what it is to become, what goes wrong, and how
/// it should end (Specs/golden/README.md).
public struct GoldenCase: Equatable, Sendable {
  /// How it should end.
  public enum Expectation: String, CaseIterable, Sendable {
    /// The roast becomes its target.
    case succeed
    /// What is asked is refused, by the rule named, and nothing of it is done.
    case refuse
    /// The machine or the pilot stops by itself, for the reason named.
    case abort
    /// The commands spoil the roast, and the judge says how.
    case fail
  }

  /// What a roaster would lose if it went wrong.
  public enum Danger: String, CaseIterable, Sendable { case none, low, high, extreme }

  /// Where it comes from.
  public enum Source: String, CaseIterable, Sendable {
    case synthetic
    case realSuccess = "real_success"
    case realFailure = "real_failure"
  }

  /// The beans, as far as a case knows them.
  public struct Bean: Equatable, Sendable {
    public var name = "washed"
    /// Heat capacity over the usual one.
    public var factor = 1.0
    /// Water over dry weight.
    public var moisture = 0.12

    /// The usual bean.
    public init() {}
  }

  /// The machine just before the beans fall in, and the levels that a person then sets.
  public struct Charge: Equatable, Sendable {
    public var infrared = Celsius(230)
    public var bean = Celsius(156)
    /// Nil leaves what the firmware sets.
    public var heater: Int?
    public var fan: Int?

    /// A machine that is preheated as usual.
    public init() {}
  }

  /// How the machine stands when the case begins.
  public enum Start: String, CaseIterable, Sendable { case ready, preheating }

  /// A level that the plain schedule sets.
  public struct Change: Equatable, Sendable {
    /// Since the roast began.
    public var seconds: Double
    public var heater: Int?
    public var fan: Int?
    public var drum: Int?

    /// Levels from a time on; nil leaves a control as it is.
    public init(seconds: Double, heater: Int? = nil, fan: Int? = nil, drum: Int? = nil) {
      self.seconds = seconds
      self.heater = heater
      self.fan = fan
      self.drum = drum
    }
  }

  public var name: String
  public var title: String
  public var bean = Bean()
  /// As it was weighed.
  public var grams = 400.0
  /// A name of `MachineParameters`.
  public var machine = "m1"
  public var roomCelsius = 22.0
  public var start = Start.ready
  public var charge = Charge()
  /// The autonomy level, L1 to L5.
  public var level = "L5"
  public var target: Target
  public var expectation = Expectation.succeed
  /// Codes of rules, refusals, trips or flaws, of which one is to be found.
  public var reasons: [String] = []
  public var danger = Danger.none
  /// As Specs/scenario.md has them; the simulator reads them.
  public var faults: [JSON] = []
  public var commands: [Change] = []
  /// What the case itself proposes, to be refused.
  public var proposals: [GoldenProposal] = []
  /// How often it is tried, and which share of that must pass.
  public var trials = 20
  public var threshold = 0.9
  public var source = Source.synthetic
  public var tags: [String] = []

  /// A case with a target, and all else as usual.
  public init(name: String, title: String, target: Target) {
    self.name = name
    self.title = title
    self.target = target
  }
}

/// Something that a case proposes once its moment has come.
public struct GoldenProposal: Equatable, Sendable {
  /// One command of it. It need not be one that there is: that is refused as well.
  public struct Step: Equatable, Sendable {
    public var kind: String
    public var level: Int?
    /// After the step before it.
    public var afterSeconds: Double?
  }

  /// The name of a state of the roaster, and how long that has lasted.
  public var state: String
  public var seconds: Double
  /// The bean probe has risen to this.
  public var bean: Celsius?
  /// A person's own proposal, not an agent's.
  public var isPersons = false
  public var steps: [Step]
  /// What the person says who approves it, where it waits for one.
  public var words: [String] = []
}
