/// Solves A·x = b for a symmetric, positive definite matrix: a Cholesky decomposition A = L·Lᵀ and two substitutions.
///
/// Ours, as there is no well-kept Swift library for it on every platform, and as it is these few lines.
struct LinearSystem {
  /// The matrix is not positive definite as far as floating-point numbers tell.
  struct NotPositiveDefinite: Error {}

  /// The lower triangle, row by row.
  private var lower: [[Double]]

  /// Decomposes a matrix, of which the lower triangle is read.
  init(_ matrix: [[Double]]) throws(NotPositiveDefinite) {
    lower = []
    for row in matrix.indices {
      var own = [Double](repeating: 0, count: row + 1)
      for column in 0...row {
        // What the columns before account for; in the last one, `own` stands for both factors.
        var rest = matrix[row][column]
        for index in 0..<column { rest -= own[index] * (column == row ? own[index] : lower[column][index]) }
        if column < row {
          own[column] = rest / lower[column][column]
        } else {
          guard rest > 0, rest.isFinite else { throw NotPositiveDefinite() }
          own[column] = rest.squareRoot()
        }
      }
      lower.append(own)
    }
  }

  func solution(for right: [Double]) -> [Double] {
    var values = right
    for row in values.indices {
      for column in 0..<row { values[row] -= lower[row][column] * values[column] }
      values[row] /= lower[row][row]
    }
    for row in values.indices.reversed() {
      for below in values.index(after: row)..<values.endIndex { values[row] -= lower[below][row] * values[below] }
      values[row] /= lower[row][row]
    }
    return values
  }
}
