//! Calls that create several records.

use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use sdk_sandbox::{Builder, Sandbox};
use serde_json::{Value, json as value};

use crate::parcels::json;

struct Clubs {
    sandbox: Sandbox,
}

impl Clubs {
    fn builder() -> Builder {
        Sandbox::builder().document(
            "clubs",
            include_str!("../documents/clubs.json"),
            include_str!("../documents/clubs.yaml"),
        )
    }

    async fn start() -> Self {
        let sandbox = Self::builder().start().await.unwrap();
        Self { sandbox }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.sandbox.base_url("clubs").unwrap());
        let request = reqwest::Client::new().request(method, url);
        request.bearer_auth("club-token")
    }

    async fn get(&self, path: &str) -> Value {
        json(self.request(Method::GET, path).send().await.unwrap()).await
    }

    async fn status(&self, method: Method, path: &str) -> u16 {
        let response = self.request(method, path).send().await.unwrap();
        response.status().as_u16()
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let request = self.request(method, path).json(&body);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), json(response).await)
    }

    async fn club(&self) -> String {
        let (status, club) = self
            .send(Method::POST, "/clubs", value!({ "name": "a" }))
            .await;
        assert_eq!((status, &club["members"]), (201, &value!(0)), "{club}");
        format!("/clubs/{}", club["id"])
    }
}

fn phones(page: &Value) -> Vec<&str> {
    let members = page["data"].as_array().unwrap().iter();
    members.map(|m| m["phone"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn members_can_be_added_as_texts_or_objects_listed_changed_and_deleted() {
    let clubs = Clubs::start().await;
    let club = clubs.club().await;
    let texts = value!({ "members": ["+1", "+2", "+1"] });
    let (status, added) = clubs.send(Method::POST, &club, texts).await;
    let told = value!({ "info": { "sent": 3, "valid": 2, "again": 1 } });
    assert_eq!((status, added), (200, told));
    let people = value!({ "members": [{ "phone": "+2" }, { "phone": "+3", "name": "Anna" }] });
    let (_, added) = clubs.send(Method::POST, &club, people).await;
    assert_eq!(
        added,
        value!({ "info": { "sent": 2, "valid": 1, "again": 1 } })
    );

    let details = clubs.get(&club).await;
    assert_eq!(phones(&details), ["+1", "+2", "+3"]);
    assert_eq!(details["info"]["members"], 3);
    assert_eq!(details["data"][2]["name"], "Anna");
    assert_eq!(format!("/clubs/{}", details["data"][2]["clubId"]), club);
    let first = clubs.get(&format!("{club}?limit=2")).await;
    assert_eq!(phones(&first), ["+1", "+2"]);
    let next = first["paging"]["next"].as_str().unwrap();
    let rest = clubs.get(&format!("{club}?limit=2&next={next}")).await;
    assert_eq!(phones(&rest), ["+3"]);

    let member = format!("{club}/{}", details["data"][0]["id"].as_str().unwrap());
    let change = |body| clubs.send(Method::PATCH, &member, body);
    assert_eq!(change(value!({ "phone": "+9" })).await.0, 200);
    assert_eq!(change(value!({ "phone": "+2" })).await.0, 400);
    assert_eq!(phones(&clubs.get(&club).await), ["+9", "+2", "+3"]);
    assert_eq!(clubs.status(Method::DELETE, &member).await, 200);
    assert_eq!(clubs.status(Method::DELETE, &member).await, 404);
    assert_eq!(change(value!({ "phone": "+8" })).await.0, 404);
    let details = clubs.get(&club).await;
    assert_eq!(phones(&details), ["+2", "+3"]);
    assert_eq!(details["info"]["members"], 2);
    let all = clubs.get("/clubs").await;
    let counts: Vec<_> = all["clubs"].as_array().unwrap().iter().collect();
    assert_eq!(counts.last().unwrap()["members"], 2, "{all}");

    assert_eq!(clubs.status(Method::DELETE, &club).await, 204);
    let (status, _) = clubs
        .send(Method::POST, &club, value!({ "members": ["+1"] }))
        .await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn the_member_count_of_an_initial_club_matches_its_member_list() {
    let sandbox = Clubs::builder().items(4).start().await.unwrap();
    let clubs = Clubs { sandbox };
    let count = async || {
        let details = clubs.get("/clubs/2").await;
        let shown = details["data"].as_array().unwrap().len();
        assert_eq!(details["info"]["members"], shown);
        (shown, details["data"][0]["id"].as_str().unwrap().to_owned())
    };
    let (shown, member) = count().await;
    assert_eq!(shown, 4);
    clubs
        .send(Method::POST, "/clubs/2", value!({ "members": ["+1"] }))
        .await;
    assert_eq!(count().await.0, 5);
    let path = format!("/clubs/2/{member}");
    assert_eq!(clubs.status(Method::DELETE, &path).await, 200);
    assert_eq!(count().await.0, 4);
}

#[tokio::test]
async fn uploaded_files_are_stored_listed_and_served_unchanged() {
    let clubs = Clubs::start().await;
    let file =
        |name: &str, content: &[u8]| Part::bytes(content.to_vec()).file_name(name.to_owned());
    let form = Form::new()
        .text("name", "readers")
        .part("papers[]", file("a.txt", b"\x00first\r\n--"))
        .part("rules[]", file("rules.txt", b"no rule"))
        .part("papers[]", file("b.bin", &[0xff; 70_000]));
    let request = clubs.request(Method::POST, "/clubs").multipart(form);
    let created = json(request.send().await.unwrap()).await;
    assert_eq!(created["name"], "readers");
    let papers = format!("/clubs/{}/papers", created["id"]);
    let served = async |paper: &Value| {
        let path = format!("{papers}/{}/download", paper["id"]);
        let response = clubs.request(Method::GET, &path).send().await.unwrap();
        response.bytes().await.unwrap()
    };
    let list = clubs.get(&papers).await;
    let [a, b] = list["papers"].as_array().unwrap().as_slice() else {
        panic!("the list does not contain two papers: {list}");
    };
    assert_eq!(
        (&a["name"], &b["name"]),
        (&value!("a.txt"), &value!("b.bin"))
    );
    assert_eq!(
        (&b["size"], &b["clubId"]),
        (&value!(70_000), &created["id"])
    );
    assert_eq!(served(a).await.as_ref(), b"\x00first\r\n--");
    assert_eq!(served(b).await.as_ref(), &[0xff; 70_000]);

    let form = Form::new()
        .part("papers[]", file("c.txt", b"c"))
        .part("papers[]", file("d.txt", b"d"));
    let request = clubs.request(Method::POST, &papers).multipart(form);
    let added = json(request.send().await.unwrap()).await;
    let added = added["papers"].as_array().unwrap();
    let names: Vec<&Value> = added.iter().map(|paper| &paper["name"]).collect();
    assert_eq!(names, ["c.txt", "d.txt"]);
    assert_eq!(served(&added[1]).await.as_ref(), b"d");
    let path = format!("{papers}/{}", added[0]["id"]);
    assert_eq!(clubs.get(&path).await["name"], "c.txt");
    assert_eq!(clubs.status(Method::DELETE, &path).await, 204);
    assert_eq!(clubs.status(Method::GET, &path).await, 404);
    let list = clubs.get(&papers).await;
    let names: Vec<_> = list["papers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["name"])
        .collect();
    assert_eq!(names, ["a.txt", "b.bin", "d.txt"]);
}

#[tokio::test]
async fn cursors_page_forward_and_back_and_an_empty_cursor_returns_the_first_page() {
    let clubs = Clubs::start().await;
    let club = clubs.club().await;
    let members = value!({ "members": ["+1", "+2", "+3", "+4", "+5"] });
    clubs.send(Method::POST, &club, members).await;
    let page = async |query: String| clubs.get(&format!("{club}?limit=2{query}")).await;
    let cursor = |page: &Value, name: &str| {
        let cursor = page["paging"][name].as_str().unwrap();
        format!("&{name}={cursor}")
    };
    let first = page("&next=".to_owned()).await;
    let second = page(cursor(&first, "next")).await;
    let third = page(cursor(&second, "next")).await;
    assert_eq!(phones(&third), ["+5"]);
    let back = page(cursor(&third, "previous")).await;
    assert_eq!(
        (phones(&back), &back["paging"]),
        (phones(&second), &second["paging"])
    );
    let start = page(cursor(&back, "previous")).await;
    assert_eq!(phones(&start), ["+1", "+2"]);
    assert!(start["paging"]["previous"].is_null());
    for query in ["limit=2147483648", "limit=99999999999999999999", "next=x"] {
        let status = clubs.status(Method::GET, &format!("{club}?{query}")).await;
        assert_eq!(status, 400, "{query}");
    }
}
