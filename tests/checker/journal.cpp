// One JSON array a line, flushed at once: a run that dies leaves what it knew.
#include "tests/checker/journal.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <chrono>
#include <functional>
#include <stdexcept>

namespace command_center::checker {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void write(Writer& writer, const std::vector<Entry>& entries) {
  writer.StartArray();
  for (const Entry& entry : entries) {
    writer.StartArray();
    for (const std::string* text :
         {&entry.token, &entry.topic, &entry.target, &entry.tenant, &entry.key, &entry.id}) {
      writer.String(text->data(), static_cast<rapidjson::SizeType>(text->size()));
    }
    writer.Bool(entry.ordered);
    writer.Int64(entry.locked_at);
    writer.EndArray();
  }
  writer.EndArray();
}

std::string line_of(const Transaction& transaction) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartArray();
  writer.Int(static_cast<int>(transaction.outcome));
  writer.Int64(transaction.committing_at);
  write(writer, transaction.entries);
  write(writer, transaction.undone);
  writer.EndArray();
  return buffer.GetString();
}

std::vector<Entry> read_entries(const rapidjson::Value& array) {
  std::vector<Entry> entries;
  for (const rapidjson::Value& one : array.GetArray()) {
    const auto text = [&one](rapidjson::SizeType index) { return std::string(one[index].GetString()); };
    entries.push_back(
        {text(0), text(1), text(2), text(3), text(4), text(5), one[6].GetBool(), one[7].GetInt64()});
  }
  return entries;
}

}  // namespace

std::string filling_of(std::string_view token, std::string_view key) {
  constexpr std::size_t kMost = 400;
  constexpr std::size_t kLargeBytes = 30'000;
  const bool is_large = token.size() > kLarge.size() && token.substr(token.size() - kLarge.size()) == kLarge;
  const std::size_t hash = std::hash<std::string>()(std::string(token).append(1, '/').append(key));
  const std::string word = std::to_string(hash) + ' ';
  std::string filling;
  while (filling.size() < (is_large ? kLargeBytes : hash % kMost)) filling += word;
  return filling;
}

std::int64_t now() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

Journal::Journal(const std::string& file) : file_(file) {
  if (!file_) throw std::runtime_error("could not write " + file);
}

void Journal::add(Transaction transaction) {
  const std::lock_guard<std::mutex> guard(mutex_);
  file_ << line_of(transaction) << '\n' << std::flush;
  transactions_.push_back(std::move(transaction));
}

std::vector<Transaction> Journal::transactions() const {
  const std::lock_guard<std::mutex> guard(mutex_);
  return transactions_;
}

std::size_t Journal::size() const {
  const std::lock_guard<std::mutex> guard(mutex_);
  return transactions_.size();
}

std::vector<Transaction> read_journal(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("could not read " + file);
  std::vector<Transaction> transactions;
  for (std::string line; std::getline(stream, line);) {
    rapidjson::Document document;
    document.Parse(line.data(), line.size());
    if (document.HasParseError() || !document.IsArray() || document.Size() != 4) {
      throw std::runtime_error(file + " is not a journal");
    }
    transactions.push_back({static_cast<Outcome>(document[0].GetInt()), document[1].GetInt64(),
                            read_entries(document[2]), read_entries(document[3])});
  }
  return transactions;
}

}  // namespace command_center::checker
