//! Clients, tags and costs: whose a link is, changing it, and our own list out and in again.

use super::*;

const CLIENTS: &str = "sites = [\"team.example\"]\n\
    [[clients]]\nname = \"North\"\ntargets = [\"north.example\"]\n\
    [[clients]]\nname = \"South\"\ntargets = [\"south.example\", \"south-shop.example\"]\n";

#[test]
fn link_between_clients_is_one_and_belongs_to_the_one_that_is_linked() {
    let bench = Bench::configured(CLIENTS);
    bench.write(
        "links.csv",
        "source,target,client\nhttps://north.example/a,https://south.example/,\n\
         https://south.example/a,https://south-shop.example/,\nhttps://blog.example/,https://north.example/x,\n\
         https://blog.example/,https://south.example/x,Someone else\n",
    );
    let said = import(&bench, &["links.csv"]);
    assert_eq!((&said["new"], &said["tables"][0]["rejected_by_reason"]["self_link"]), (&3.into(), &1.into()));
    assert_eq!(show(&bench, "https://north.example/a", "https://south.example/")["client"], "South");
    assert_eq!(show(&bench, "https://blog.example/", "https://north.example/x")["client"], "North");
    assert_eq!(show(&bench, "https://blog.example/", "https://south.example/x")["client"], "Someone else");
    assert_eq!(bench.ok(&["list", "--client", "South"]).lines().count(), 1);
    let within = bench.run(&["add", "https://south.example/b", "https://south-shop.example/"]);
    assert!(within.code == 2 && within.stderr.contains("same site"), "{}", within.stderr);
}

#[test]
fn rows_without_a_target_mean_the_only_one_of_the_client() {
    let bench = Bench::configured(CLIENTS);
    bench.write("pages.csv", "Linking page,Last crawled\nhttps://blog.example/,2026-11-20\n");
    assert_eq!(import(&bench, &["pages.csv", "--client", "North"])["new"], 1);
    assert_eq!(show(&bench, "https://blog.example/", "north.example")["client"], "North");
    assert_eq!(bench.run(&["import", "pages.csv", "--client", "South"]).code, 2, "which of its two?");
}

#[test]
fn edit_changes_several_links_or_none_and_is_part_of_their_history() {
    let bench = with(&["outreach.csv"]);
    bench.ok(&["import", "outreach.csv"]);
    let ids: Vec<String> =
        bench.ok(&["list"]).lines().map(|line| line.split_whitespace().next().unwrap().to_owned()).collect();
    let edit = ["--client", "South", "--tags", "late", "--untag", "paid", "--clear", "note"];
    let told = bench.ok(&[&["edit", &ids[0], &ids[1]], edit.as_slice()].concat());
    assert_eq!(told.lines().count(), 2, "{told}");
    let shown = show(&bench, ROSES, A);
    assert_eq!((&shown["client"], &shown["note"]), (&"South".into(), &Value::Null));
    assert_eq!(shown["tags"], serde_json::json!(["guest post", "late"]));
    assert_eq!(shown["history"][0]["name"], "edited");
    let again = bench.run(&[&["edit", &ids[0], &ids[1]], edit.as_slice()].concat());
    assert!(again.code == 2 && again.stderr.contains("says so already"), "{}", again.stderr);
    let half = bench.run(&["edit", &ids[0], "ffffffff", "--owner", "tom"]);
    assert_eq!(half.code, 2);
    assert_ne!(show(&bench, ROSES, A)["owner"], "tom", "all or none");
    assert_eq!(bench.ok(&["list", "--tag", "late", "--owner", "mia"]).lines().count(), 1);
}

#[test]
fn own_list_changes_nothing_in_its_own_store_and_gives_the_same_in_an_empty_one() {
    let bench = with(&["outreach.csv", "ours.example-Latest links-2026-11-22.csv"]);
    bench.ok(&["import", "outreach.csv", "ours.example-Latest links-2026-11-22.csv"]);
    let list = bench.ok(&["list", "--csv"]);
    let before = bench.ok(&["list", "--json"]);
    // What is said of a link comes first; then what is known, such as when it was added.
    let said_of = |list: &str| -> Vec<String> {
        list.lines()
            .map(|line| {
                line.split(",imported,").next().unwrap().split(",pending,").next().unwrap().to_owned()
            })
            .collect()
    };
    bench.write("list.csv", &list);
    bench.write("list.json", &before);
    let wrote = bench.ok(&["report", "--format", "xlsx,json", "--out", "."]);
    let reports = wrote.lines().filter_map(|line| line.strip_prefix("wrote ./"));
    let files: Vec<&str> = ["list.csv", "list.json"].into_iter().chain(reports).collect();
    assert_eq!(files.len(), 4, "{wrote}");
    for file in files {
        let said = import(&bench, &[file]);
        assert_eq!((&said["unchanged"], &said["rows"]), (&4.into(), &4.into()), "{said}");
        assert_eq!(said["tables"][0]["format"], "a list of trackward");
        assert_eq!(bench.ok(&["list", "--json"]), before);
        let other = with(&[]);
        fs::copy(bench.dir.path().join(file), other.dir.path().join(file)).unwrap();
        assert_eq!(import(&other, &[file])["new"], 4, "{file}");
        assert_eq!(said_of(&other.ok(&["list", "--csv"])), said_of(&list), "{file}");
    }
}

#[test]
fn own_list_guards_formulas_and_leaves_them_raw_when_that_is_said() {
    let bench = with(&["outreach.csv"]);
    bench.ok(&["import", "outreach.csv"]);
    assert!(bench.ok(&["list", "--csv"]).contains(",'=no formula,"));
    assert!(bench.ok(&["list", "--csv", "--raw"]).contains(",=no formula,"));
}
