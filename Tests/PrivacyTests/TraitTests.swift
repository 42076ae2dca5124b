import Catalog
import Testing

@testable import Privacy

/// How what is known of values follows from what they are made of.
@Suite struct TraitTests {
  private let sensitive = Privacy.Trait(threshold: .high, forbidsLiterals: true)
  private let low = Privacy.Trait(threshold: .low)

  @Test func combiningKeepsTheStrictest() {
    let both = sensitive.combined(with: .literal)
    #expect(both.threshold == .high && both.isMixed && both.isMade)
    #expect(low.combined(with: .nothing) == low)
    let none: [Privacy.Trait] = []
    #expect(none.combined == .nothing)
  }

  @Test func mixturesOfSensitiveAndOtherValuesCountAsLiterals() {
    #expect([sensitive, low].mixture.isMixed)
    #expect([sensitive, .literal].mixture.isMixed)
    #expect(![sensitive, sensitive].mixture.isMixed)
    #expect(![sensitive, .nothing].mixture.isMixed)
    #expect(![low, .literal].mixture.isMixed)
    #expect([sensitive, sensitive.shaped(mayVanish: false)].mixture.isMixed)
    #expect(![sensitive.shaped(mayVanish: false)].mixture.isMixed)
  }

  @Test func sensitiveValuesMeetWholeSensitiveValuesOnly() {
    #expect([sensitive, sensitive].mayMeet)
    #expect([sensitive, .nothing].mayMeet)
    #expect([low, .literal].mayMeet)
    #expect(![sensitive, .literal].mayMeet)
    #expect(![sensitive, low].mayMeet)
    #expect(![sensitive, .made].mayMeet)
    #expect(![sensitive, sensitive.shaped(mayVanish: false)].mayMeet)
    #expect(![[sensitive, .literal].combined].mayMeet)
    #expect([sensitive.shaped(mayVanish: true)].mayMeet)
  }

  @Test func internalValuesMayMeetLiterals() {
    let own = Privacy.Trait(of: Column(name: "marketplace_id", type: .integer, kind: .dimension, threshold: .internal))
    #expect([own, .literal].mayMeet)
    #expect(!own.threshold.isEverShown)
  }

  @Test func shapingConcernsSensitiveValuesOnly() {
    #expect(low.shaped(mayVanish: true) == low)
    #expect(sensitive.shaped(mayVanish: true).mayVanish)
    #expect(!sensitive.shaped(mayVanish: false).mayVanish)
  }

  @Test func thresholdsByClass() {
    let thresholds = Thresholds()
    #expect(AggregationThreshold.allCases.map(thresholds.standard) == [1, 2, 100, 100, 100, 100])
    #expect(AggregationThreshold.allCases.map(thresholds.effective) == [1, 2, 10, 10, 10, 10])
  }
}
