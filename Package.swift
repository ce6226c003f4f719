// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target of the house is held to.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// Targets that hold no pointers at all are checked for it.
let pure: [SwiftSetting] = strict + [.strictMemorySafety()]

/// Targets that reckon are optimised in debug builds too: the tests roast thousands of batches.
let reckoning: [SwiftSetting] = pure + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// The scenarios that are shipped inside the binary.
let scenarios = [
  "back-to-back",
  "cable-trouble",
  "cold-start",
  "dark",
  "door-shut",
  "light",
  "lost-steps",
  "medium",
  "never-loaded",
  "probe-failure",
  "scorched",
  "stalled",
  "unattended",
]

/// The page that the daemon serves, inside the binary too.
let pageFiles = [
  "alarms.js",
  "batch.js",
  "cards.css",
  "chart.css",
  "clock.js",
  "commands.js",
  "connection.js",
  "curve.js",
  "decisions.js",
  "governed.js",
  "helm.css",
  "history.js",
  "hold.js",
  "icon.svg",
  "index.html",
  "level.js",
  "live.js",
  "manifest.webmanifest",
  "marks.js",
  "page.css",
  "page.js",
  "panel.js",
  "past.js",
  "pilot.css",
  "pilot.js",
  "presence.js",
  "proposal.js",
  "proposals.css",
  "rehearsal.js",
  "sounds.js",
  "state.js",
  "steer.css",
  "steer.js",
  "stop.js",
  "targets.js",
  "verdict.js",
  "words.js",
]

let package = Package(
  name: "roast",
  products: [
    .executable(name: "roast", targets: ["roast"])
  ],
  targets: [
    .systemLibrary(
      name: "CLibUSB", pkgConfig: "libusb-1.0", providers: [.apt(["libusb-1.0-0-dev"])]),
    .systemLibrary(
      name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .target(
      name: "CHTTP", linkerSettings: [.linkedLibrary("microhttpd")]),
    .target(name: "CLinux"),

    .target(
      name: "Roaster", swiftSettings: pure, linkerSettings: [.linkedLibrary("m")]),
    .target(name: "Governor", dependencies: ["Roaster"], swiftSettings: pure),
    .target(name: "Driver", dependencies: ["Roaster", "Governor"], swiftSettings: pure),
    .target(name: "USB", dependencies: ["Roaster", "CLibUSB"], swiftSettings: strict),
    .target(
      name: "Simulator", dependencies: ["Roaster"], path: "Simulator",
      exclude: ["parameters.csv"],
      resources: scenarios.map { .embedInCode("scenarios/\($0).json") },
      swiftSettings: reckoning),
    .target(
      name: "Shadow", dependencies: ["Roaster", "Governor", "Simulator", "Analysis"],
      swiftSettings: reckoning),
    .target(name: "Analysis", dependencies: ["Roaster"], swiftSettings: pure),
    .target(
      name: "Store", dependencies: ["Roaster", "Governor", "Analysis", "CSQLite"],
      swiftSettings: strict),
    .target(
      name: "Evaluation",
      dependencies: [
        "Roaster", "Governor", "Driver", "Simulator", "Shadow", "Analysis", "Store",
      ], swiftSettings: pure),
    .target(
      name: "Daemon",
      dependencies: ["Roaster", "Governor", "Driver", "Analysis", "Store", "CHTTP", "CLinux"],
      resources: pageFiles.map { .embedInCode("Page/\($0)") }, swiftSettings: strict),
    .executableTarget(
      name: "roast",
      dependencies: [
        "Roaster", "Governor", "Driver", "USB", "Simulator", "Shadow", "Analysis", "Store",
        "Evaluation", "Daemon", "CLinux", "CQREncode",
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "fidelity", dependencies: ["Simulator", "Shadow"], path: "Tests/Fidelity",
      swiftSettings: strict),
    .target(
      name: "Fixtures", path: "Tests/Fixtures",
      exclude: ["charts", "cli", "curves", "frames", "physics", "recordings", "scenarios"],
      swiftSettings: strict),
    .testTarget(
      name: "RoasterTests", dependencies: ["Roaster", "Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "GovernorTests", dependencies: ["Governor", "Roaster", "Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "DriverTests",
      dependencies: ["Driver", "Governor", "Roaster", "Simulator", "Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "SimulatorTests", dependencies: ["Simulator", "Driver", "Roaster", "Fixtures"],
      exclude: ["peer"], swiftSettings: strict),
    .testTarget(
      name: "ShadowTests",
      dependencies: ["Shadow", "Analysis", "Governor", "Simulator", "Roaster"],
      swiftSettings: strict),
    .testTarget(
      name: "AnalysisTests",
      dependencies: ["Analysis", "Roaster", "Driver", "Simulator", "Fixtures"],
      swiftSettings: strict),
    .executableTarget(
      name: "store-crash", dependencies: ["Store", "Governor", "Roaster"],
      path: "Tests/StoreCrash", swiftSettings: strict),
    .testTarget(
      name: "StoreTests",
      dependencies: [
        "Store", "Governor", "Analysis", "Roaster", "Driver", "Simulator", "Fixtures",
        "CSQLite", "store-crash",
      ], swiftSettings: strict),
    .testTarget(
      name: "EvaluationTests",
      dependencies: ["Evaluation", "Analysis", "Governor", "Roaster", "Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "USBTests", dependencies: ["USB", "Roaster", "Driver", "Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "DaemonTests",
      dependencies: [
        "Daemon", "Store", "Analysis", "Governor", "Driver", "Simulator", "Roaster", "Fixtures",
      ], swiftSettings: strict),
    .testTarget(name: "RoastTests", dependencies: ["roast", "Fixtures"], swiftSettings: strict),
    .testTarget(name: "TidyTests", dependencies: ["Fixtures"], swiftSettings: strict),

    .executableTarget(
      name: "bench",
      dependencies: [
        "Roaster", "Governor", "Driver", "Simulator", "Shadow", "Analysis", "Store", "BenchPeer",
      ],
      path: "Tests/Bench",
      exclude: ["Peer", "poll_peer.c", "store_peer.c", "measure.py", "run.sh"],
      sources: [
        "Bench.swift", "ShadowBench.swift", "StoreBench.swift", "TwinBench.swift",
        "VerdictBench.swift",
      ],
      swiftSettings: strict),
    .target(name: "BenchPeer", path: "Tests/Bench/Peer"),
  ],
  swiftLanguageModes: [.v6]
)
