import Testing
@testable import Store
struct MigrationTests {
  @Test func `x`() {}
}
