package io.appserver.orchestrator.rest.console;

import io.appserver.orchestrator.rest.access.SecurityHeadersFilter;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Gives browsers the pages with the script that starts them written into each, so that it cannot be
 * lost on the way; the policy of a page allows that script by its hash, and what it makes of parts.
 */
@WebServlet({"", PagesServlet.CONSOLE, PagesServlet.API})
public class PagesServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  static final String CONSOLE = "/index.html";
  static final String API = "/api-docs.html";

  private static final String BOOT = "/js/boot.js";

  /** Stands in the pages where the script comes. */
  private static final String PLACE = "<script src=\"" + BOOT + "\"></script>";

  private transient Content console = Content.of("text/html", "");
  private transient Content api = console;
  private String policy = SecurityHeadersFilter.policy("'none'");

  @Override
  public void init() throws ServletException {
    try {
      String boot = read(BOOT);
      policy = SecurityHeadersFilter.policy("'sha256-" + Content.hash(boot) + "' blob:");
      console = page(read(CONSOLE), boot);
      api = page(read(API), boot);
    } catch (IOException e) {
      throw new ServletException(e);
    }
  }

  private static Content page(String html, String boot) throws ServletException {
    if (!html.contains(PLACE)) {
      throw new ServletException("A page does not say where its script comes: " + PLACE);
    }
    return Content.of("text/html", html.replace(PLACE, "<script>" + boot + "</script>"));
  }

  private String read(String path) throws IOException {
    return Parts.read(path, getServletContext()::getResourceAsStream);
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Content-Security-Policy", policy);
    boolean isApi = request.getServletPath().equals(API);
    (isApi ? api : console).send(request, response);
  }
}
