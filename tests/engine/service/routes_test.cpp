// The OpenAPI file and the routes are the same; serve_test holds the answers against it.
#include "engine/service/routes.h"

#include "engine/service/listen_address.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

namespace rollover::service {
namespace {

TEST(Routes, AreThoseOfTheOpenApiFile) {
    const auto file = nlohmann::json::parse(routes::openapi());
    std::set<std::string> described;
    for (const auto& [path, operations] : file["paths"].items()) {
        for (const auto& [method, operation] : operations.items()) {
            std::string name = method;
            std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
            described.insert(name + " " + path);
            EXPECT_TRUE(operation.contains("operationId") && operation.contains("summary")) << path;
        }
    }
    const auto known = routes::known();
    EXPECT_EQ(described, (std::set<std::string>(known.begin(), known.end())));
}

TEST(ListenAddress, IsReadAndToldFromLoopback) {
    const std::pair<const char*, bool> good[] = {
        {"127.0.0.1:7070", true}, {"[::1]:0", true},  {"localhost:1", true},     {"127.9.9.9:1", true},
        {"0.0.0.0:80", false},    {"[::]:80", false}, {"lab.example:80", false}, {"192.0.2.1:65535", false}};
    for (const auto& [text, loopback] : good) {
        const auto at = read_listen_address(text);
        ASSERT_TRUE(at) << text;
        EXPECT_EQ(is_loopback(*at), loopback) << text;
    }
    for (const auto* text : {"", "7070", ":7070", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                             "::1:80", "a:b:c", "127.0.0.1:80x"}) {
        EXPECT_FALSE(read_listen_address(text)) << text;
    }
}

}  // namespace
}  // namespace rollover::service
