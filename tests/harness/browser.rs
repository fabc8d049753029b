//! A browser without scripts, as far as forms need one: it keeps cookies, and reads the hidden fields of a page.

use std::collections::BTreeMap;

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, Response, StatusCode};

#[derive(Clone)]
pub struct Browser {
    client: Client,
    base: String,
    cookies: BTreeMap<String, String>,
    /// What a proxy says of where it is.
    source: Option<String>,
}

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub location: String,
    pub headers: HeaderMap,
    pub html: String,
}

impl Browser {
    pub fn new(client: &Client, base: &str) -> Self {
        Self { client: client.clone(), base: base.to_owned(), cookies: BTreeMap::new(), source: None }
    }

    /// From now on a proxy says that it is there.
    pub fn move_to(&mut self, source: &str) {
        self.source = Some(source.to_owned());
    }

    /// From now on it goes to another listener, with the cookies that it has.
    pub fn turn_to(&mut self, client: &Client, base: &str) {
        (self.client, self.base) = (client.clone(), base.to_owned());
    }

    /// What it says of itself with each request.
    pub fn cookies(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.ask(Method::GET, path, &[]).await
    }

    /// Posts these fields besides the hidden fields of `page`'s form to `path`.
    pub async fn post(&mut self, page: &Page, path: &str, typed: &[(&str, &str)]) -> Page {
        let mut fields = page.hidden(path);
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.ask(Method::POST, path, &fields).await
    }

    /// Posts a form with a file, as `multipart/form-data`.
    pub async fn post_file(&mut self, page: &Page, path: &str, typed: &[(&str, &str)], file: &[u8]) -> Page {
        const BOUNDARY: &str = "----between-the-parts-of-a-form";
        let mut body = Vec::new();
        let hidden = page.hidden(path);
        let fields = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(typed.iter().copied());
        for (name, value) in fields {
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend(head.bytes().chain(value.bytes()).chain(*b"\r\n"));
        }
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\
             Content-Type: text/csv\r\n\r\n"
        );
        let end = format!("\r\n--{BOUNDARY}--\r\n");
        body.extend(head.bytes().chain(file.iter().copied()).chain(end.bytes()));
        let request = self.client.post(format!("{}{path}", self.base)).header("Cookie", self.cookies());
        let request = request.header("Accept-Language", "ja").body(body);
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let answer = request.header("Content-Type", kind).send().await.unwrap();
        self.read(answer).await
    }

    async fn ask(&mut self, method: Method, path: &str, fields: &[(String, String)]) -> Page {
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.base));
        request = request.header("Cookie", self.cookies()).header("Accept-Language", "ja");
        if let Some(source) = &self.source {
            request = request.header("X-Forwarded-For", source);
        }
        if method == Method::POST {
            let pairs = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
            let body = pairs.collect::<Vec<_>>().join("&");
            request = request.header("Content-Type", "application/x-www-form-urlencoded").body(body);
        }
        let answer = request.send().await.unwrap();
        self.read(answer).await
    }

    async fn read(&mut self, answer: Response) -> Page {
        self.keep(&answer);
        let location = answer.headers().get("Location").map(|value| value.to_str().unwrap().to_owned());
        let (status, headers) = (answer.status(), answer.headers().clone());
        Page { status, location: location.unwrap_or_default(), headers, html: answer.text().await.unwrap() }
    }

    fn keep(&mut self, answer: &Response) {
        for cookie in answer.headers().get_all("Set-Cookie") {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Signs in with a password.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> Page {
        let page = self.get("/sign-in").await;
        self.post(&page, "/sign-in", &[("email", email), ("password", password)]).await
    }

    /// Signs in with a one-time password and chooses another.
    pub async fn first_sign_in(&mut self, email: &str, one_time: &str, password: &str) -> Page {
        let entered = self.sign_in(email, one_time).await;
        assert_eq!((entered.status, entered.location.as_str()), (StatusCode::SEE_OTHER, "/me/password"));
        let page = self.get("/me/password").await;
        self.post(&page, "/me/password", &[("current", one_time), ("new", password), ("again", password)]).await
    }
}

impl Page {
    /// The hidden fields of the form that goes to `action`.
    pub fn hidden(&self, action: &str) -> Vec<(String, String)> {
        let form =
            self.html.split(&format!("action=\"{action}\"")).nth(1).unwrap_or_else(|| panic!("no form to {action}"));
        let form = form.split("</form>").next().unwrap();
        let pair = |input: &str| {
            let (name, rest) = input.split_once("\" value=\"").unwrap();
            (name.to_owned(), plain(rest.split('"').next().unwrap()))
        };
        let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
        let mut fields: Vec<(String, String)> = inputs.map(pair).collect();
        if action.ends_with("/send") {
            // Recipients with flags stand outside of the form; each is ticked.
            let flagged = self.html.split("<input type=\"hidden\" form=\"send-form\" name=\"").skip(1).map(pair);
            let ticked =
                flagged.flat_map(|(name, shown)| [(name.replace("shown-", "confirm-"), "yes".into()), (name, shown)]);
            fields.extend(ticked);
        }
        fields
    }
}

/// Every byte as `%XX`: what no server may read otherwise.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Text without the escapes of HTML that askama writes.
fn plain(html: &str) -> String {
    html.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&")
}
