// swift-tools-version: 6.2
import PackageDescription

// The rooms that decide what moves the roaster, and their tests: small enough to be built once more
// with coverage, and again for each mutant. `package.py` lays the folders out.

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// What carries the tests is not looked into, and may be fast.
let fast = strict + [.unsafeFlags(["-O"])]

let package = Package(
  name: "gate",
  targets: [
    .target(
      name: "Roaster", swiftSettings: fast, linkerSettings: [.linkedLibrary("m")]),
    .target(name: "Governor", dependencies: ["Roaster"], swiftSettings: strict),
    .target(name: "Driver", dependencies: ["Roaster", "Governor"], swiftSettings: strict),
    .target(
      name: "Simulator", dependencies: ["Roaster"], path: "Simulator",
      exclude: ["parameters.csv"], resources: [.embedInCode("scenarios")], swiftSettings: fast),
    .target(
      name: "Fixtures", path: "Tests/Fixtures",
      exclude: ["charts", "cli", "frames", "physics", "recordings", "scenarios"],
      swiftSettings: strict),
    .testTarget(
      name: "GovernorTests", dependencies: ["Governor", "Roaster", "Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "DriverTests",
      dependencies: ["Driver", "Governor", "Roaster", "Simulator", "Fixtures"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
