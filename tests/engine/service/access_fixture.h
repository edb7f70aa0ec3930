// The service's floors above the scheduler, with users and a store of their own, in virtual time.
#pragma once

#include "engine/model/reader.h"
#include "engine/runtime/virtual_runtime.h"
#include "engine/service/routes.h"
#include "engine/store/stored_calendar.h"
#include "engine/store/stored_journal.h"
#include "engine/store/stored_users.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rollover::service::test {

inline constexpr const char* lab_text = R"(<lab name="ostrava"><site name="main">
  <converter name="cs1" protocol="raw" host="192.0.2.10"><line number="1" port="4001"/><line number="2" port="4002"/></converter>
  <device name="h1" platform="linux"><console line="cs1/1"/><interface name="eth0" type="ethernet"/></device>
  <device name="h2" platform="linux"><console line="cs1/2"/><interface name="eth0" type="ethernet"/></device>
</site></lab>)";

inline constexpr const char* topology_text =
    R"(<topology name="one"><node name="A"><require platform="linux"/><config>hostname A</config></node></topology>)";

/// The scheduler looks at nothing here.
class Access : public testing::Test {
public:
    Access() : folder_(std::filesystem::path(testing::TempDir()) / "rollover-access-test") {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_ / "offered");
        std::ofstream(folder_ / "offered" / "one.xml") << topology_text;
        std::ofstream(folder_ / "secret.xml") << topology_text;
        auto lab = model::read_lab(std::string_view(lab_text), "lab.xml", {});
        EXPECT_TRUE(lab.value) << (lab.mistakes.empty() ? "" : to_string(lab.mistakes.front()));
        diagnostics mistakes;
        auto platforms = platform::library::read({ROLLOVER_SOURCE_PLATFORMS}, mistakes);
        EXPECT_TRUE(mistakes.empty());
        files_ = std::make_shared<const scheduler::lab_files>(
            scheduler::lab_files{std::move(*lab.value), std::move(platforms)});
        const auto file = folder_ / "journal.sqlite";
        book_ = *store::open_calendar(rt_, file);
        journal_ = *store::open_journal(rt_, file);
        users_ = *store::open_users(rt_, file);
        scheduler::surroundings in(rt_, *book_, *journal_);
        in.files = [this] { return files_; };
        scheduler_ = std::make_unique<scheduler::scheduler>(std::move(in));
        desk_ =
            std::make_unique<front_desk>(front_desk::parts{rt_,
                                                           *book_,
                                                           *journal_,
                                                           *scheduler_,
                                                           [this] { return files_; },
                                                           [this] { return result<scheduler::shared_files>(files_); },
                                                           [](const scheduler::shared_files&) {},
                                                           {},
                                                           nullptr,
                                                           nullptr,
                                                           offer(folder_ / "offered"),
                                                           {}});
        news_ = std::make_unique<news>(rt_);
        gate_ = std::make_unique<gate>(rt_, *users_, desk_->refusals());
        routes_ = std::make_unique<routes>(*desk_, *news_, *gate_);
    }
    ~Access() override { std::filesystem::remove_all(folder_); }

    template <class T>
    T wait(task<T> work) {
        std::optional<T> out;
        auto root = [](task<T> w, std::optional<T>& o) -> task<void> { o.emplace(co_await std::move(w)); };
        EXPECT_EQ(rt_.run(root(std::move(work), out)), virtual_end::finished);
        return std::move(*out);
    }

    /// A user with a token.
    void user(const std::string& name, access::role is) {
        EXPECT_TRUE(wait(users_->add(name, is, "root")));
        auto made = wait(users_->issue(name, {}, "root"));
        tokens_[name] = made->value.text.reveal();
    }

    http_response ask(const std::string& who, const std::string& method, const std::string& target,
                      nlohmann::json body = {}, const std::string& peer = "192.0.2.9") {
        http_request r;
        r.method = method;
        r.target = target;
        r.peer = peer;
        r.headers.add("Rollover-User", "mallory");
        if (!who.empty()) {
            r.headers.add("Authorization", "Bearer " + (tokens_.contains(who) ? tokens_[who] : who));
        }
        if (!body.is_null()) {
            r.body = body.dump();
        }
        EXPECT_TRUE(read_target(r));
        return wait(routes_->answer(std::move(r)));
    }
    unsigned status(const std::string& who, const std::string& method, const std::string& target,
                    nlohmann::json body = {}) {
        return ask(who, method, target, std::move(body)).status;
    }
    nlohmann::json answer(const std::string& who, const std::string& method, const std::string& target,
                          nlohmann::json body = {}) {
        return nlohmann::json::parse(ask(who, method, target, std::move(body)).body);
    }
    std::string book(const std::string& who, const std::string& from = "+2h", const std::string& owner = "") {
        const auto made =
            answer(who, "POST", "/v1/reservations", {{"name", "one"}, {"from", from}, {"for", "1h"}, {"owner", owner}});
        EXPECT_TRUE(made.contains("id")) << made.dump();
        return made.value("id", "");
    }
    std::string trail() {
        std::string out;
        for (const auto& one : *wait(book_->audit({}))) {
            out += one.who + "/" + one.token + "/" + one.peer + " " + one.what + " " + one.subject + "|";
        }
        return out;
    }

    std::filesystem::path folder_;
    virtual_runtime rt_;
    scheduler::shared_files files_;
    std::unique_ptr<scheduler::calendar> book_;
    std::unique_ptr<activation::journal> journal_;
    std::unique_ptr<access::users> users_;
    std::unique_ptr<scheduler::scheduler> scheduler_;
    std::unique_ptr<front_desk> desk_;
    std::unique_ptr<news> news_;
    std::unique_ptr<gate> gate_;
    std::unique_ptr<routes> routes_;
    std::map<std::string, std::string> tokens_;
};

}  // namespace rollover::service::test
