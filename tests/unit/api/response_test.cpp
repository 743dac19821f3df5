// What goes over the wire.
#include "api/http/response.hpp"

#include <gtest/gtest.h>

namespace command_center::api::http {
namespace {

TEST(Response, AHeaderValueEndsNoLine) {
  const std::string text = render({200, "{}", "application/json", {{"X-Echo", "a\r\nSet-Cookie: b"}}},
                                  Body::kSent, Persistence::kKeptAlive);
  EXPECT_NE(text.find("X-Echo: a  Set-Cookie: b\r\n"), std::string::npos);
}

TEST(Response, HeadHasTheLengthOfTheBodyThatIsLeftOut) {
  const std::string text =
      render({200, "{\"a\":1}", "application/json", {}}, Body::kLeftOut, Persistence::kClosed);
  EXPECT_NE(text.find("Content-Length: 7\r\n"), std::string::npos);
  EXPECT_NE(text.find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(text.substr(text.size() - 4), "\r\n\r\n");
}

TEST(Response, WhatHasNoBodyHasNoLength) {
  for (const int status : {100, 204, 304}) {
    const std::string text =
        render({status, "", "application/json", {}}, Body::kSent, Persistence::kKeptAlive);
    EXPECT_EQ(text.find("Content-"), std::string::npos) << text;
  }
}

TEST(Response, ABodyThatIsEmptyHasALengthAndNoType) {
  const std::string text = render({200, "", "application/json", {}}, Body::kSent, Persistence::kKeptAlive);
  EXPECT_NE(text.find("Content-Length: 0\r\n"), std::string::npos);
  EXPECT_EQ(text.find("Content-Type"), std::string::npos);
}

}  // namespace
}  // namespace command_center::api::http
