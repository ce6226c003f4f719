import Glibc
import Roaster

/// The program: finds the subcommand, runs it, and turns whatever goes wrong into text and an
/// exit code.
@main
enum Roast {
  /// `main` does nothing else: code written here would be bound to the main actor.
  static func main() async { exit(await run(Array(CommandLine.arguments.dropFirst())).rawValue) }

  /// Every subcommand.
  static let commands: [CommandDefinition] =
    [
      ServeCommand.definition, StatusCommand.definition, WatchCommand.definition,
      RoastsCommand.definition, AnalyzeCommand.definition,
      PageCommand.definition, TokenCommand.definition, ReleaseCommand.definition,
      AttachCommand.definition, BackupCommand.definition, RestoreCommand.definition,
      VacuumCommand.definition, DoctorCommand.definition, RecordCommand.definition,
      SimulateCommand.definition, ForecastCommand.definition, PilotCommand.definition,
      EvaluateCommand.definition, GoldenCommand.definition, PanelCommand.definition,
      DecodeCommand.definition,
    ] + governing

  /// Those that move the roaster, or say who may.
  private static let governing: [CommandDefinition] =
    [ProposeCommand.definition] + DecideCommands.all + [
      AbortCommand.definition, ProposalsCommand.definition, AutonomyCommand.definition,
      PresenceCommand.definition, CommissionCommand.definition, AlarmsCommand.definition,
      AuditCommand.definition,
      CommandsCommand.definition,
    ]

  @concurrent
  static func run(_ words: [String]) async -> ExitCode {
    signal(SIGPIPE, SIG_IGN)
    // Whoever started us may have ignored it: then nobody could wait for a child.
    signal(SIGCHLD, SIG_DFL)
    do throws(Complaint) {
      return try await dispatch(words)
    } catch {
      Console.error(words.contains("--json") ? error.json.text + "\n" : error.text)
      return error.exit
    }
  }

  private static func dispatch(_ words: [String]) async throws(Complaint) -> ExitCode {
    switch words.first {
    case nil:
      Console.error(HelpText.overview(of: commands))
      return .usage
    case "help":
      return try await dispatch(words.count > 1 ? [words[1], "--help"] : ["--help"])
    case "--help", "-h":
      Console.out(HelpText.overview(of: commands))
      return .done
    case "--version":
      Console.out(Version.program + "\n")
      return .done
    case "--man":
      Console.out(
        words.count > 1
          ? ManualPage.roff(of: try command(named: words[1])) : ManualPage.overview(of: commands))
      return .done
    case "--completions":
      Console.out(try Completions(for: words.dropFirst().first).script(for: commands))
      return .done
    case let name?:
      let command = try command(named: name)
      let arguments = try Arguments(Array(words.dropFirst()), for: command)
      if arguments.wantsHelp {
        Console.out(HelpText.page(of: command))
        return .done
      }
      return try await command.run(arguments)
    }
  }

  private static func command(named name: String) throws(Complaint) -> CommandDefinition {
    if let command = commands.first(where: { $0.name == name }) { return command }
    throw Complaint(
      code: "usage", happened: "there is no command '\(name)'",
      next: "Commands: \(commands.map(\.name).joined(separator: ", ")). "
        + "'roast --help' says more.", exit: .usage)
  }
}
