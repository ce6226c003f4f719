import Analysis
import Driver
import Governor
import Roaster
import Simulator

/// The person of a trial: shows that somebody is there, pours the beans when the machine is ready, sets
/// the levels of the charge, lets the beans out when asked, and says so each time.
struct Bystander {
  /// What is wanted of a proposal that is on its way.
  private struct Errand {
    let command: Command
    let words: Set<PersonsWord>
    /// What the hands do once it is allowed.
    let hands: PanelAction?
    var tag: UInt64
    var id: Int64?
    var isApproved = false
  }

  /// How long a person takes to see to something.
  private let readySeconds: Double
  private let dropSeconds: Double
  private let grams: Double
  private let charge: GoldenCase.Charge
  private var readySince: Double?
  private var signedAt = -1000.0
  private var errand: Errand?
  private var tryAgainAt = 0.0
  private var refusals = 0
  private var settings: [Command] = []
  private var hasPoured = false
  private var hasLoaded = false
  private var hasSet = false
  /// When a pilot asked for the beans to be let out.
  private(set) var askedToDrop: Double?
  private(set) var hasDropped = false

  private static let signSeconds = 30.0
  /// After so many refusals a person presses the button at the machine.
  private static let patience = 4

  init(_ plant: Plant, _ charge: GoldenCase.Charge, random: inout SeededGenerator) {
    readySeconds = .random(in: 8...12, using: &random)
    dropSeconds = .random(in: 0.5...2.5, using: &random)
    grams = plant.grams
    self.charge = charge
  }

  /// The pilot says that the beans should be in.
  mutating func askToLoad(_ seconds: Double) { readySince = min(readySince ?? seconds, seconds) }

  /// The pilot says that the beans should come out.
  mutating func askToDrop(_ seconds: Double) { askedToDrop = askedToDrop ?? seconds }

  /// What the person does now.
  mutating func step(_ stack: Stack) {
    let now = stack.seconds
    if now - signedAt >= Self.signSeconds {
      signedAt = now
      _ = stack.answer(stack.ask(.signOfLife, from: Stack.person))
    }
    if errand != nil { return follow(stack) }
    guard now >= tryAgainAt, let state = stack.progress?.state else { return }
    switch state {
    case .ready where !hasLoaded:
      if readySince == nil { readySince = now }
      guard let since = readySince, now - since >= readySeconds else { return }
      begin(.press(.beginRoast), [.beansAreIn], hands: .load(grams: grams), stack)
    case .roasting:
      if !hasSet { prepare() }
      if let command = settings.first {
        begin(command, [], hands: nil, stack)
      } else if let asked = askedToDrop, now - asked >= dropSeconds, !hasDropped {
        begin(.press(.beginCooling), [.doorIsOpen], hands: .openDoor, stack)
      }
    default: break
    }
  }

  private mutating func prepare() {
    hasSet = true
    // More fan comes before full heat: the rules want it so (I16).
    settings =
      [
        charge.fan.flatMap { Command(.fan, level: $0) },
        charge.heater.flatMap { Command(.heater, level: $0) },
      ].compactMap { $0 }
  }

  private mutating func begin(
    _ command: Command, _ words: Set<PersonsWord>, hands: PanelAction?, _ stack: Stack
  ) {
    let draft = Desk.Draft(
      steps: [Proposal.Step(command)], reason: command.text, words: words)
    errand = Errand(
      command: command, words: words, hands: hands,
      tag: stack.ask(.propose(draft), from: Stack.person))
  }

  /// What was asked for is answered by and by; a person approves what is theirs at once, and looks
  /// whether it was done.
  private mutating func follow(_ stack: Stack) {
    guard var errand else { return }
    if let id = errand.id, errand.isApproved {
      guard let told = stack.chronicle.proposal(id), !told.state.isOpen else { return }
      self.errand = nil
      return told.state == .completed ? done(errand.command, stack) : refused(errand, stack)
    }
    guard let answer = stack.answer(errand.tag) else { return }
    switch answer {
    case .failure:
      self.errand = nil
      refused(errand, stack)
    case .success(let json) where errand.id == nil:
      errand.id = json["id"]?.integerValue ?? 0
      // Hands first: the word is that it is done.
      perform(errand, stack)
      errand.tag = stack.ask(
        .approve(errand.id ?? 0, words: errand.words, reason: nil), from: Stack.person)
      self.errand = errand
    case .success:
      errand.isApproved = true
      self.errand = errand
    }
  }

  /// Beans are poured once, however often the button is pressed.
  private mutating func perform(_ errand: Errand, _ stack: Stack) {
    guard let hands = errand.hands else { return }
    if case .load = hands {
      guard !hasPoured else { return }
      hasPoured = true
    }
    stack.twin.perform(hands)
  }

  private mutating func done(_ command: Command, _ stack: Stack) {
    refusals = 0
    tryAgainAt = stack.seconds + 1.5
    switch command {
    case .press(.beginRoast): hasLoaded = true
    case .press(.beginCooling): hasDropped = true
    default: if !settings.isEmpty { settings.removeFirst() }
    }
  }

  private mutating func refused(_ errand: Errand, _ stack: Stack) {
    refusals += 1
    tryAgainAt = stack.seconds + 2
    guard refusals >= Self.patience else { return }
    refusals = 0
    switch errand.command {
    case .press: stack.twin.perform(.prs)
    case .heater, .fan, .drum: break
    }
    perform(errand, stack)
    done(errand.command, stack)
  }
}
