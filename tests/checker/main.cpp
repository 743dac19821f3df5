// The checker as a program, for a kill schedule from outside:
//   checker prepare RUN                     registers the commands and topics of RUN in $PGDATABASE, which is
//   set up checker drive RUN SECONDS SEED JOURNAL  drives load and writes JOURNAL checker verify RUN JOURNAL
//   reads the topics of RUN at $KAFKA_BROKERS, and exits with 1 when anything is wrong
// drive commits a last message for each topic at its end; verify waits up to a minute for all that committed.
#include <poll.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/checker/load.hpp"
#include "tests/checker/reader.hpp"
#include "tests/checker/session.hpp"
#include "tests/checker/verdict.hpp"

namespace {

using namespace command_center::checker;  // NOLINT(google-build-using-namespace)

constexpr std::chrono::seconds kPatience{60};

int prepare(const Topics& topics) {
  Session session("");
  if (session.run(catalogue_sql(topics)) == Reply::kDone) return EXIT_SUCCESS;
  std::cerr << session.error();
  return EXIT_FAILURE;
}

int drive(const Topics& topics, int seconds, std::uint64_t seed, const std::string& file) {
  Journal journal(file);
  LoadPlan plan;
  plan.seed = seed;
  Load load(
      plan, topics, [] { return std::string("connect_timeout=5"); }, journal);
  poll(nullptr, 0, seconds * 1000);
  (void)load.finish();
  std::cout << journal.size() << " transactions are in " << file << '\n';
  return EXIT_SUCCESS;
}

int verify(const Topics& topics, const std::string& file) {
  const char* brokers = std::getenv("KAFKA_BROKERS");
  if (brokers == nullptr) throw std::runtime_error("KAFKA_BROKERS is not set");
  const std::vector<Transaction> journal = read_journal(file);
  Reader reader(brokers, {topics.commands, topics.audit, topics.events});
  std::vector<Entry> committed;
  for (const Transaction& transaction : journal) {
    if (transaction.outcome != Outcome::kCommitted) continue;
    committed.insert(committed.end(), transaction.entries.begin(), transaction.entries.end());
  }
  (void)reader.sees(committed, kPatience);
  reader.read_to_end(kPatience);
  const Verdict verdict = judge(journal, reader.sightings());
  std::cout << committed.size() << " messages were committed, " << reader.sightings().size() << " are there\n"
            << verdict.text();
  return verdict.is_clean() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() == 2 && words[0] == "prepare") return prepare(Topics(words[1]));
    if (words.size() == 5 && words[0] == "drive") {
      return drive(Topics(words[1]), std::stoi(words[2]), std::stoull(words[3]), words[4]);
    }
    if (words.size() == 3 && words[0] == "verify") return verify(Topics(words[1]), words[2]);
    std::cerr << "checker prepare RUN | drive RUN SECONDS SEED JOURNAL | verify RUN JOURNAL\n";
  } catch (const std::exception& problem) {
    std::cerr << "checker: " << problem.what() << '\n';
  }
  return 2;
}
