import Testing

@testable import roast

/// Words sorted by a definition.
struct ArgumentsTests {
  private let command = CommandDefinition(
    name: "brew", summary: "Make coffee",
    operands: [
      OperandDefinition(name: "CUP", meaning: "where to"),
      OperandDefinition(name: "MILK", meaning: "which", isRequired: false),
    ],
    options: [
      OptionDefinition(name: "sugar", value: "N", meaning: "how many"),
      OptionDefinition(name: "strong", meaning: "more"), .json,
    ],
    run: { (_) async throws(Complaint) in .done })

  private func complaint(_ words: String...) -> String? {
    do throws(Complaint) {
      _ = try Arguments(words, for: command)
      return nil
    } catch {
      return error.exit == .usage && error.code == "usage" ? error.happened : "not usage"
    }
  }

  @Test func `options may stand anywhere, with a blank or an equals sign`() throws {
    for words in [
      ["mug", "--sugar", "2", "--strong"], ["--sugar=2", "--strong", "mug"],
      ["--strong", "mug", "--sugar=2"],
    ] {
      let arguments = try Arguments(words, for: command)
      #expect(arguments.operands == ["mug"])
      #expect(arguments.value("sugar") == "2")
      #expect(arguments.has("strong"))
      #expect(!arguments.wantsJSON && !arguments.wantsHelp)
    }
  }

  @Test func `a value may begin with a dash, and a dash alone is an operand`() throws {
    let arguments = try Arguments(["-", "--sugar", "-2"], for: command)
    #expect(arguments.operands == ["-"])
    #expect(arguments.value("sugar") == "-2")
  }

  @Test func `after two dashes every word is an operand`() throws {
    let arguments = try Arguments(["--strong", "--", "--sugar", "--json"], for: command)
    #expect(arguments.operands == ["--sugar", "--json"])
    #expect(!arguments.wantsJSON)
  }

  @Test func `a value may be empty or hold equals signs`() throws {
    #expect(try Arguments(["mug", "--sugar="], for: command).value("sugar") == "")
    #expect(try Arguments(["mug", "--sugar=a=b"], for: command).value("sugar") == "a=b")
  }

  @Test func `help is wanted whatever else is missing`() throws {
    #expect(try Arguments(["--help"], for: command).wantsHelp)
    #expect(try Arguments(["-h"], for: command).wantsHelp)
  }

  @Test func `what fits nowhere is named`() {
    #expect(complaint() == "CUP is missing: where to")
    #expect(complaint("a", "b", "c") == "unexpected word 'c'")
    #expect(complaint("a", "--suger", "1") == "unknown option '--suger'; did you mean --sugar?")
    #expect(complaint("a", "--suger=1") == "unknown option '--suger'; did you mean --sugar?")
    #expect(complaint("a", "--qqqqqqqq") == "unknown option '--qqqqqqqq'")
    #expect(complaint("a", "--sugar") == "--sugar needs a value: N")
    #expect(complaint("a", "--sugar", "1", "--sugar=2") == "--sugar is given twice")
    #expect(complaint("a", "--strong=very") == "--strong takes no value")
    #expect(complaint("a", "-s") == "unknown option '-s'")
  }

  private let shop = CommandDefinition(
    name: "shop", summary: "Buy beans",
    operands: [
      OperandDefinition(name: "ACTION", meaning: "what to do", choices: ["list", "show"]),
      OperandDefinition(name: "BEAN", meaning: "which", isRequired: false),
    ],
    options: [
      OptionDefinition(name: "bag", value: "G", meaning: "how much", isRepeatable: true),
      OptionDefinition(name: "till", value: "N", meaning: "where"),
    ],
    run: { (_) async throws(Complaint) in .done })

  @Test func `an operand with choices is one of them`() throws {
    #expect(try Arguments(["show", "kenya"], for: shop).operands == ["show", "kenya"])
    let near = #expect(throws: Complaint.self) { try Arguments(["lost"], for: shop) }
    #expect(near?.happened == "ACTION is list, show; not 'lost'; did you mean list?")
    let far = #expect(throws: Complaint.self) { try Arguments(["kenya", "show"], for: shop) }
    #expect(far?.happened == "ACTION is list, show; not 'kenya'")
    #expect(HelpText.page(of: shop).contains("ACTION    what to do: list, show\n"))
  }

  @Test func `an option that may be repeated keeps every value in order`() throws {
    let arguments = try Arguments(["list", "--bag", "250", "--bag=1000", "--till", "2"], for: shop)
    #expect(arguments.values("bag") == ["250", "1000"])
    #expect(arguments.value("bag") == "250")
    #expect(arguments.values("till") == ["2"])
    #expect(try Arguments(["list"], for: shop).values("bag").isEmpty)
    let twice = #expect(throws: Complaint.self) {
      try Arguments(["list", "--till", "1", "--till", "2"], for: shop)
    }
    #expect(twice?.happened == "--till is given twice")
    #expect(HelpText.usage(of: shop) == "Usage: roast shop ACTION [BEAN] [--bag G]... [--till N]")
    #expect(HelpText.page(of: shop).contains("--bag G   how much; may be repeated\n"))
  }

  @Test func `the distance between words counts letters added, dropped and changed`() {
    #expect(Arguments.distance("unit", "unit") == 0)
    #expect(Arguments.distance("unit", "unti") == 2)
    #expect(Arguments.distance("unit", "units") == 1)
    #expect(Arguments.distance("unit", "nit") == 1)
    #expect(Arguments.distance("", "abc") == 3)
    #expect(Arguments.distance("abc", "") == 3)
  }

  @Test(arguments: ["0.5", "1", "60", "1e8"])
  func `a number of seconds is taken`(_ text: String) throws {
    let definition = CommandDefinition(
      name: "wait", summary: "Wait", options: [.duration],
      run: { (_) async throws(Complaint) in .done })
    let arguments = try Arguments(["--for", text], for: definition)
    #expect(try arguments.seconds("for", of: "wait") == Double(text))
  }

  @Test(arguments: ["0", "-1", "inf", "nan", "1e9", "", "ten", "1s"])
  func `what is no number of seconds is refused`(_ text: String) throws {
    let definition = CommandDefinition(
      name: "wait", summary: "Wait", options: [.duration],
      run: { (_) async throws(Complaint) in .done })
    let arguments = try Arguments(["--for", text], for: definition)
    #expect(throws: Complaint.self) { try arguments.seconds("for", of: "wait") }
  }

  @Test(arguments: [
    ([], DeviceChoice.usb(serial: nil)), (["--device", "usb"], .usb(serial: nil)),
    (["--device", "usb:12"], .usb(serial: "12")), (["--device=usb:a:b"], .usb(serial: "a:b")),
    (["--device", "replay:a:b.rec"], .replay(path: "a:b.rec")),
    (["--device", "replay:a", "--speed", "2"], .replay(path: "a")),
  ])
  func `a device is named`(_ words: [String], _ choice: DeviceChoice) throws {
    let arguments = try Arguments(words, for: WatchCommand.definition)
    #expect(try DeviceChoice(arguments, of: "watch") == choice)
  }

  @Test(arguments: ["", "usb:", "replay:", "replay", "USB", "tty:1"])
  func `what names no device is refused`(_ text: String) throws {
    let arguments = try Arguments(["--device", text], for: WatchCommand.definition)
    #expect(throws: Complaint.self) { try DeviceChoice(arguments, of: "watch") }
  }
}
