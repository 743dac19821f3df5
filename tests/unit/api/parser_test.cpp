// What is a request, what is refused, and that it does not matter how the bytes arrive.
#include "api/http/parser.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/http/target.hpp"

namespace command_center::api::http {
namespace {

constexpr std::size_t kMostBody = 1024;
constexpr std::string_view kHost = "Host: a\r\n";

struct Read {
  Stage stage = Stage::kNothing;
  int status = 0;  // of the refusal
  Received received;
  std::size_t taken = 0;
};

Read read(std::string_view bytes, std::size_t step) {
  Parser parser(kMostBody);
  Read read;
  while (read.taken < bytes.size() && parser.stage() < Stage::kWhole)
    read.taken += parser.feed(bytes.substr(read.taken, step));
  read.stage = parser.stage();
  if (read.stage == Stage::kRefused) read.status = parser.refusal().status;
  if (read.stage == Stage::kWhole) read.received = parser.take();
  return read;
}

// Whole, byte by byte, and in between: always the same.
Read read(const std::string& bytes) {
  const Read whole = read(bytes, bytes.size());
  for (const std::size_t step : {1U, 2U, 3U, 7U}) {
    const Read other = read(bytes, step);
    EXPECT_EQ(other.stage, whole.stage) << bytes;
    EXPECT_EQ(other.status, whole.status) << bytes;
    EXPECT_EQ(other.received.request.body, whole.received.request.body) << bytes;
    EXPECT_EQ(other.received.request.headers, whole.received.request.headers) << bytes;
  }
  return whole;
}

int refused_with(const std::string& bytes) {
  return read(bytes).status;
}

std::string get_with(const std::string& headers) {
  return "GET / HTTP/1.1\r\n" + std::string(kHost) + headers + "\r\n";
}

std::string post_with(const std::string& headers, const std::string& body) {
  return "POST / HTTP/1.1\r\n" + std::string(kHost) + headers + "\r\n" + body;
}

TEST(Parser, ReadsARequest) {
  const Read got = read(
      "POST /v1/routes/a%2Fb?tenantId=1&x=a+b HTTP/1.1\r\nHost: h\r\nX-Thing:  v \r\nContent-Length: "
      "3\r\n\r\nabcREST");
  ASSERT_EQ(got.stage, Stage::kWhole);
  const Request& request = got.received.request;
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/v1/routes/a%2Fb");
  EXPECT_EQ(request.segments, (std::vector<std::string>{"v1", "routes", "a/b"}));
  EXPECT_EQ(request.query, (Fields{{"tenantId", "1"}, {"x", "a b"}}));
  EXPECT_EQ(request.header("x-thing"), "v");
  EXPECT_EQ(request.body, "abc");
  EXPECT_TRUE(got.received.keeps_alive);
}

TEST(Parser, BelievesAnAbsoluteTargetAndNotTheHostBesideIt) {
  const Read got = read("GET http://evil.example:1/a?b=c HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(got.received.request.header("host"), "evil.example:1");
  EXPECT_EQ(got.received.request.path, "/a");
}

TEST(Parser, TakesNoByteOfTheNextRequest) {
  const std::string first = get_with("");
  EXPECT_EQ(read(first + "GET", first.size() + 3).taken, first.size());
}

TEST(Parser, BeginsAnewAfterEachRequest) {
  Parser parser(kMostBody);
  parser.feed(post_with("Content-Length: 1\r\n", "a"));
  EXPECT_EQ(parser.take().request.body, "a");
  EXPECT_EQ(parser.stage(), Stage::kNothing);
  parser.feed(get_with("A: b\r\n"));
  const Received second = parser.take();
  EXPECT_EQ(second.request.body, "");
  EXPECT_EQ(second.request.headers.size(), 2U);
}

TEST(Parser, ReadsChunks) {
  const Read got = read(
      post_with("Transfer-Encoding: chunked\r\n", "3;x=y\r\nabc\r\n0A\r\n0123456789\r\n0\r\nT: t\r\n\r\n"));
  ASSERT_EQ(got.stage, Stage::kWhole);
  EXPECT_EQ(got.received.request.body, "abc0123456789");
}

TEST(Parser, RefusesWhatTwoProgramsCouldReadInTwoWays) {
  const std::vector<std::string> ambiguous{
      post_with("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"),
      post_with("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"),
      post_with("Content-Length: 3, 3\r\n", "abc"),
      post_with("Content-Length: +3\r\n", "abc"),
      post_with("Content-Length: 0x3\r\n", "abc"),
      post_with("Content-Length: \r\n", ""),
      post_with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      get_with("A: b\r\n folded\r\n"),
      get_with("A : b\r\n"),
      get_with(": b\r\n"),
      get_with("A\r\n"),
      get_with("A: b\rC: d\r\n"),
      get_with(std::string("A: b\0c\r\n", 8)),
      get_with("Host: b\r\n"),
      get_with("X-Tenant-Id: 1\r\nx-tenant-id: 2\r\n"),
      get_with("X-Database: one\r\nx-database: two\r\n"),
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\nHost: a\n\n",
      "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / a HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /\r\nHost: a\r\n\r\n",
      "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
      "\n",
  };
  for (const std::string& bytes : ambiguous) EXPECT_EQ(refused_with(bytes), 400) << bytes;
}

TEST(Parser, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(refused_with(post_with("Transfer-Encoding: gzip, chunked\r\n", "")), 501);
  EXPECT_EQ(refused_with("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
  EXPECT_EQ(refused_with(get_with("Expect: cake\r\n")), 417);
}

TEST(Parser, BoundsWhatItHolds) {
  EXPECT_EQ(refused_with("GET /" + std::string(9000, 'a')), 414);
  EXPECT_EQ(refused_with(get_with("A: " + std::string(33'000, 'a'))), 431);
  std::string many;
  for (int each = 0; each < 101; ++each) many += "A: b\r\n";
  EXPECT_EQ(refused_with(get_with(many)), 431);
  EXPECT_EQ(refused_with(post_with("Content-Length: 1025\r\n", "")), 413);
  EXPECT_EQ(refused_with(post_with("Content-Length: 99999999999999999999\r\n", "")), 400);
  EXPECT_EQ(read(post_with("Content-Length: 1024\r\n", std::string(1024, 'a'))).stage, Stage::kWhole);
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  EXPECT_EQ(refused_with(post_with(chunked, "401\r\n")), 413);
  EXPECT_EQ(refused_with(post_with(chunked, "400\r\n" + std::string(1024, 'a') + "\r\n1\r\n")), 413);
  EXPECT_EQ(refused_with(post_with(chunked, "FFFFFFFF\r\n")), 413);
  EXPECT_EQ(refused_with(post_with(chunked, "FFFFFFFFFFFFFFFFF\r\n")), 400);
  EXPECT_EQ(refused_with(post_with(chunked, "-1\r\n")), 400);
  EXPECT_EQ(refused_with(post_with(chunked, "1\r\nab\r\n")), 400);
  EXPECT_EQ(refused_with(post_with(chunked, "1;" + std::string(300, 'x') + "\r\n")), 400);
  EXPECT_EQ(refused_with(post_with(chunked, "0\r\nT: " + std::string(9000, 'x'))), 431);
}

TEST(Parser, PassesOverEmptyLinesBeforeARequest) {
  EXPECT_EQ(read("\r\n\r\n" + get_with("")).stage, Stage::kWhole);
}

TEST(Parser, KnowsWhoWantsToStay) {
  const auto stays = [](const std::string& bytes) { return read(bytes).received.keeps_alive; };
  EXPECT_TRUE(stays(get_with("")));
  EXPECT_FALSE(stays(get_with("Connection: foo, Close\r\n")));
  EXPECT_FALSE(stays("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(stays("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(Parser, SaysOnceThatAClientWaitsForTheGoAhead) {
  Parser parser(kMostBody);
  parser.feed(post_with("Content-Length: 3\r\nExpect: 100-continue\r\n", ""));
  EXPECT_TRUE(parser.asks_to_continue());
  EXPECT_FALSE(parser.asks_to_continue());
  Parser in_one_piece(kMostBody);
  in_one_piece.feed(post_with("Content-Length: 3\r\nExpect: 100-continue\r\n", "abc"));
  EXPECT_FALSE(in_one_piece.asks_to_continue());
}

TEST(Target, IsSplitBeforeItIsDecoded) {
  const auto target = parse_target("/a%2fb//c/?n%3D=1%262&empty=&flag&&%C3%A9=%2B");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments, (std::vector<std::string>{"a/b", "", "c", ""}));
  EXPECT_EQ(target->query, (Fields{{"n=", "1&2"}, {"empty", ""}, {"flag", ""}, {"é", "+"}}));
}

TEST(Target, IsNotMadeCanonical) {
  EXPECT_EQ(parse_target("/a/../b")->segments, (std::vector<std::string>{"a", "..", "b"}));
  EXPECT_TRUE(parse_target("/")->segments.empty());
  EXPECT_EQ(parse_target("http://host:80/a?b=c")->path, "/a");
  EXPECT_EQ(parse_target("http://host")->path, "/");
  EXPECT_EQ(parse_target("*")->path, "*");
}

// A target of eight kilobytes could be four thousand parameters, for as long as its client sends the body.
TEST(Target, HasABoundedNumberOfParts) {
  const auto repeated = [](const std::string& text, int times) {
    std::string all;
    for (int each = 0; each < times; ++each) all += text;
    return all;
  };
  EXPECT_EQ(parse_target("/a?" + repeated("b&", 100))->query.size(), 100U);
  EXPECT_FALSE(parse_target("/a?" + repeated("b&", 101)));
  EXPECT_EQ(parse_target(repeated("/a", 100))->segments.size(), 100U);
  EXPECT_FALSE(parse_target(repeated("/a", 101)));
  EXPECT_FALSE(parse_target(repeated("/", 102)));
}

TEST(Target, IsRefusedWhereAnEscapeIsNone) {
  for (const char* text : {"/%", "/%1", "/%zz", "/%00", "/%ff", "/%c3", "/a?b=%", "/a?%00=1",
                           "/a?b=%ED%A0%80", "/a#b", "a/b", "://x", "http:///a", ""})
    EXPECT_FALSE(parse_target(text)) << text;
}

}  // namespace
}  // namespace command_center::api::http
