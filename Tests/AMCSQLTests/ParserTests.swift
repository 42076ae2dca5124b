import AMCSQL
import Testing

/// The precedence of operators, shown by the printer's parentheses, and the messages about invalid text.
@Suite struct ParserTests {
  private func printed(_ expression: String) throws -> String {
    let text = Printer.print(try Parser.parse("SELECT \(expression) AS x"))
    return String(text.dropFirst("SELECT ".count).dropLast(" AS x".count))
  }

  private func refusal(of sql: String) -> Diagnostic? {
    do {
      _ = try Parser.parse(sql)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("a OR b AND c", "a OR (b AND c)"),
    ("NOT a AND b", "(NOT a) AND b"),
    ("NOT a = b", "NOT (a = b)"),
    ("a + b * c", "a + (b * c)"),
    ("a - b - c", "(a - b) - c"),
    ("a / b * c % d", "((a / b) * c) % d"),
    ("a || b + c", "a || (b + c)"),
    ("a + b || c * d", "(a + b) || (c * d)"),
    ("a = b + 1 AND c < d || e", "(a = (b + 1)) AND (c < (d || e))"),
    ("-a + b", "(-a) + b"),
    ("- - a", "-(-a)"),
    ("-1", "-1"),
    ("a - -1", "a - (-1)"),
    ("a BETWEEN 1 AND 2 AND b", "(a BETWEEN 1 AND 2) AND b"),
    ("a NOT IN (1, 2) OR b", "(a NOT IN (1, 2)) OR b"),
    ("a IS NOT NULL = b", "(a IS NOT NULL) = b"),
    ("a != b", "a <> b"),
    ("a[1].b", "a[1].b"),
    ("TRIM(a)", "TRIM(a)"),
    ("SUBSTRING(a FROM 2 FOR 3)", "SUBSTRING(a, 2, 3)"),
    ("EXTRACT(day FROM a)", "EXTRACT(DAY FROM a)"),
    ("POSITION(a IN b)", "POSITION(a IN b)"),
    (
      "COUNT(*) FILTER (WHERE a) OVER (PARTITION BY b ORDER BY c DESC ROWS 1 PRECEDING)",
      "COUNT(*) FILTER (WHERE a) OVER (PARTITION BY b ORDER BY c DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)"
    ),
    ("CAST(a AS BIGINT ARRAY)", "CAST(a AS ARRAY<BIGINT>)"),
    ("a IS DISTINCT FROM b", "a IS DISTINCT FROM b"),
    ("CASE a WHEN 1 THEN 2 END", "CASE a WHEN 1 THEN 2 END"),
  ]) func precedence(_ pair: (String, String)) throws {
    #expect(try printed(pair.0) == pair.1)
  }

  @Test func hintsNameTheWayAround() throws {
    let hints = [
      ("SELECT 1 AS x LIMIT 1", "ROW_NUMBER()"), ("SELECT * FROM t", "`name.*`"),
      ("SELECT 1 FROM a RIGHT JOIN b ON 1 = 1", "LEFT JOIN"), ("SELECT GETDATE()", "CAST('now' AS TIMESTAMP)"),
      ("SELECT COLLECT(a ORDER BY b) FROM t", "OVER"), ("SELECT a FROM t ORDER BY a LIMIT 5", "ROW_NUMBER()"),
      ("SELECT TOP 10 a FROM t", "ROW_NUMBER()"), ("SELECT a FROM t; SELECT b FROM t", "one query"),
      ("SELECT a FROM t WHERE a = 1 && b = 2", "AND"),
      ("SELECT a FROM t WHERE a == 1", "one `=`"), ("SELECT a FROM t WHERE a ILIKE 'b%'", "LOWER(…) LIKE LOWER(…)"),
      ("SELECT a FROM t WHERE a NOT ILIKE b", "LOWER(…) LIKE LOWER(…)"),
      ("SELECT a FROM t WHERE a RLIKE 'b'", "SIMILAR TO"), ("SELECT a::DATE FROM t", "CAST(value AS type)"),
      ("SELECT a AS order FROM t", "double quotes"), ("SELECT a AS limit FROM t", "double quotes"),
      ("SELECT a AS right FROM t", "double quotes"), ("SELECT a FROM t AS left", "double quotes"),
      ("SELECT t.end FROM t", "double quotes"), ("SELECT order FROM t", "double quotes"),
      ("SELECT right FROM t", "double quotes"), ("SELECT a FROM t EXCEPT SELECT b FROM t", "NOT IN"),
      ("SELECT a FROM t INTERSECT SELECT b FROM t", "JOIN"), ("SELECT a FROM `t`", "double quotes"),
      ("SELECT 1 AS group", "double quotes"),
    ]
    for (sql, hint) in hints {
      let problem = try #require(refusal(of: sql), "\(sql)")
      #expect(problem.hint?.contains(hint) == true, "\(sql): \(problem.text)")
    }
  }

  @Test(arguments: [
    ("SELECT a FROM t ORDER BY a, 2 DESC NULLS LAST", "SELECT a FROM t ORDER BY a, 2 DESC NULLS LAST"),
    (
      "SELECT a FROM t GROUP BY a HAVING b ORDER BY COUNT(*) ASC NULLS FIRST",
      "SELECT a FROM t GROUP BY a HAVING b ORDER BY COUNT(*) NULLS FIRST"
    ),
    ("SELECT a FROM t UNION ALL SELECT b FROM u ORDER BY 1;", "SELECT a FROM t UNION ALL SELECT b FROM u ORDER BY 1"),
    ("WITH a AS (SELECT 1 ORDER BY 1) (SELECT 2) ORDER BY 1", "WITH a AS (SELECT 1 ORDER BY 1) (SELECT 2) ORDER BY 1"),
    ("VALUES (1), (2) ORDER BY 1", "VALUES (1), (2) ORDER BY 1"),
  ]) func ordersAreRead(_ pair: (String, String)) throws {
    #expect(try Printer.print(Parser.parse(pair.0)) == pair.1)
  }

  /// Words of other dialects that are names where they can be.
  @Test(arguments: ["SELECT a ilike FROM t", "SELECT a AS rlike, b regexp, c AS offset, d fetch FROM t AS ilike"])
  func wordsOfOtherDialectsAreNames(_ sql: String) throws {
    _ = try Parser.parse(sql)
  }

  @Test func spansCoverTheirText() throws {
    let text = "SELECT  a +\n  bb AS x FROM t"
    let query = try Parser.parse(text)
    guard case .select(let select) = query.body, case .expression(let sum, _) = select.items[0] else {
      Issue.record("no SELECT")
      return
    }
    let bytes = Array(text.utf8)
    let spelled = String(decoding: bytes[sum.span.start.offset..<sum.span.end.offset], as: UTF8.self)
    #expect(spelled == "a +\n  bb")
    #expect(sum.span.end.line == 2 && sum.span.end.column == 5)
    #expect(query.span.end.offset == bytes.count)
  }

  @Test func messagesNameTheExpectedToken() throws {
    let problem = try #require(refusal(of: "SELECT a FROM t WHERE"))
    #expect(problem.code == .syntaxError)
    #expect(problem.message == "Here the query ends, where an expression is expected.")
    #expect(problem.span.start.column == 22)
  }

  /// The text of a string literal can be anybody's data.
  @Test func messagesContainNoValues() throws {
    for sql in ["SELECT 'secret' 'secret' FROM", "SELECT a FROM t WHERE x = 'a' 'secret'", "SELECT 1 AS 'secret'"] {
      let problem = try #require(refusal(of: sql))
      #expect(!problem.text.contains("secret"))
    }
  }
}
