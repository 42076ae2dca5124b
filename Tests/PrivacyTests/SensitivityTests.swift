import Catalog
import Testing

@testable import Privacy

/// The sensitivity of a value follows from its inputs.
@Suite struct SensitivityTests {
  private let sensitive = Privacy.Sensitivity(threshold: .high, forbidsLiterals: true)
  private let low = Privacy.Sensitivity(threshold: .low)

  @Test func combiningKeepsTheStrictest() {
    let both = sensitive.combined(with: .literal)
    #expect(both.threshold == .high && both.isMixed)
    #expect(low.combined(with: .nothing) == low)
    let none: [Privacy.Sensitivity] = []
    #expect(none.combined == .nothing)
  }

  @Test func mixedSensitiveAndOtherValuesCountAsLiterals() {
    #expect([sensitive, low].mixture.isMixed)
    #expect([sensitive, .literal].mixture.isMixed)
    #expect(![sensitive, sensitive].mixture.isMixed)
    #expect(![sensitive, .nothing].mixture.isMixed)
    #expect(![low, .literal].mixture.isMixed)
    #expect([sensitive, sensitive.shaped(isNullable: false)].mixture.isMixed)
    #expect(![sensitive.shaped(isNullable: false)].mixture.isMixed)
  }

  @Test func sensitiveValuesAreComparableWithUnshapedSensitiveValuesOnly() {
    #expect([sensitive, sensitive].mayMeet)
    #expect([sensitive, .nothing].mayMeet)
    #expect([low, .literal].mayMeet)
    #expect(![sensitive, .literal].mayMeet)
    #expect(![sensitive, low].mayMeet)
    #expect(![sensitive, .plain].mayMeet)
    #expect(![sensitive, sensitive.shaped(isNullable: false)].mayMeet)
    #expect(![[sensitive, .literal].combined].mayMeet)
    #expect([sensitive.shaped(isNullable: true)].mayMeet)
  }

  @Test func internalValuesAreComparableWithLiterals() {
    let column = Column(name: "marketplace_id", type: .integer, kind: .dimension, threshold: .internal)
    let source = DataSource(
      name: "t", baseName: "t", grain: .reference, columns: [column], eventTimeColumn: nil, userColumn: nil)
    let own = Privacy.Sensitivity(of: column, in: source)
    #expect([own, .literal].mayMeet)
    #expect(!own.threshold.isEverShown)
  }

  /// Uploaded values keep their class, but each of them may have been chosen.
  @Test func uploadedValuesCountAsLiterals() throws {
    let source = DataSource.uploaded(
      name: "t",
      columns: [
        UploadedColumn(name: "user_id", type: .string, kind: .dimension),
        UploadedColumn(name: "tier", type: .string, kind: .dimension),
      ], userColumn: "user_id", eventTimeColumn: nil)
    let tier = Privacy.Sensitivity(of: try #require(source.column(named: "tier")), in: source)
    #expect(tier.threshold == .high)
    #expect([tier, .literal].mayMeet)
    #expect([tier, low].mayMeet)
    #expect(![tier, sensitive].mayMeet)
    let user = Privacy.Sensitivity(of: try #require(source.column(named: "user_id")), in: source)
    #expect(![user, .literal].mayMeet)
    #expect(![user, tier].mayMeet)
    #expect([user, user].mayMeet)
  }

  @Test func shapingAffectsSensitiveValuesOnly() {
    #expect(low.shaped(isNullable: true) == low)
    #expect(sensitive.shaped(isNullable: true).isNullable)
    #expect(!sensitive.shaped(isNullable: false).isNullable)
  }

  @Test func thresholdsByClass() {
    let thresholds = Thresholds()
    #expect(AggregationThreshold.allCases.map(thresholds.standard) == [1, 2, 100, 100, 100, 100])
    #expect(AggregationThreshold.allCases.map(thresholds.effective) == [1, 2, 10, 10, 10, 10])
  }
}
