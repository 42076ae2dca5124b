import Testing

/// Adversaries who choose queries by earlier results.
@Suite struct AdaptiveAttackTests {
  @Test func adaptiveAttacksLearnNothing() async throws {
    let worlds = try await Worlds.shared
    for attack in AdaptiveAttack.all {
      let (first, other) = (worlds[nil], worlds[attack.secret])
      let openly = try await attack.run(OpenDoor(worlds: worlds, world: first))
      let isReal = try await attack.run(OpenDoor(worlds: worlds, world: other)) != openly
      #expect(isReal, "\(attack.name): it would learn nothing without protection either")
      let one = RecordingDoor(ProtectedDoor(worlds: worlds, world: first))
      let two = RecordingDoor(ProtectedDoor(worlds: worlds, world: other))
      let (guess, otherGuess) = (try await attack.run(one), try await attack.run(two))
      let (seen, otherSeen) = (await one.answers, await two.answers)
      #expect(guess == otherGuess, "\(attack.name): learned \(attack.learns)")
      #expect(seen == otherSeen, "\(attack.name): saw a difference, whatever it made of it")
    }
  }
}
